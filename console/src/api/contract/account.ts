/** `GET|PATCH /{customerId}/v1/account`. */
export interface Account {
  customerId: string;
  orgId: string;
  name: string;
  region: string;
  createdAt: string;
}

export interface AccountChange {
  name: string;
}

/** `GET|PUT /{customerId}/v1/account/inactivity`: when the console signs out whoever does nothing (PLT-166). */
export interface Inactivity {
  enabled: boolean;
  /** 10 to 720. */
  minutes: number;
}
