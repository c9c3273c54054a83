/** `GET /v1/me/settings`: how this person signs in and gets back in. The same at every customer. */
export interface MySettings {
  userName: string;
  email: string;
  authenticator: { enrolledAt: string | null };
  recovery: {
    /** Masked; "" = none. */
    phone: string;
    /** Masked; "" = none. */
    email: string;
    backupCodes: { total: number; used: number };
  };
  /** Until when changes need no new identity check in this session; null = the next one needs it (IAM-088). */
  identityCheckedUntil: string | null;
}

/** `POST /v1/me/identity-check`; `POST /v1/me/identity-check/email` mails the code for the last of the methods. */
export interface IdentityCheck {
  method: "authenticator" | "backupCode" | "recoveryEmail";
  code: string;
}

/** `POST /v1/me/authenticator`: begins the enrolment of another device; `…/confirm` {@link Code} ends it. */
export interface NewAuthenticator {
  /** To type by hand. */
  key: string;
  /** The same as a picture, a data: address. */
  qr: string;
}

/** A code of six digits, from a device or a mail. */
export interface Code {
  code: string;
}

/** `POST /v1/me/recovery-email`, `POST /v1/me/email`: mails a code to this address; `…/confirm` {@link Code} takes it over. */
export interface NewAddress {
  email: string;
}

/** `PUT /v1/me/recovery-phone`. */
export interface NewPhone {
  phone: string;
  repeat: string;
}

/** `POST /v1/me/backup-codes`: a new set, which replaces the old one at `POST …/confirm`. Shown once. */
export interface BackupCodes {
  codes: string[];
}

/** `PUT /v1/me/password`. */
export interface NewPassword {
  current: string;
  new: string;
}
