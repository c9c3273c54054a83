export interface Rotation {
  plan: RotationPlan | null;
  certificates: SigningCertificate[];
  connections: RotationConnection[];
}

export interface RotationPlan {
  /** Of the advertisement. */
  status: "Pending" | "InProgress" | "Completed" | "Failed";
  discoveryTime: string;
  agreementTime: string;
  advertisementTime: string;
  activationTime: string;
  completionTime: string;
}

/** One of our signing certificates. Its activation and its expiry are different times (SSO-207). */
export interface SigningCertificate {
  state: "active" | "next" | "retiring";
  commonName: string;
  sha1: string;
  sha256: string;
  notBefore: string;
  notAfter: string;
  activatesAt: string | null;
  retiresAt: string | null;
  pem: string;
}

export interface RotationConnection {
  connectionId: string;
  nickname: string;
  affected: "yes" | "probablyNot";
  /** It can be known who fetches its metadata: only those of a scoped entity ID are its own. */
  fetchKnown: boolean;
  /** Somebody has fetched metadata that hold the next certificate. */
  fetchedNext: boolean;
  lastFetch: { at: string; address: string; userAgent: string } | null;
  /** The last sign-in that was asked for with the next key. */
  nextKeyTest: { at: string; ok: boolean; code: string } | null;
}
