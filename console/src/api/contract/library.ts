/** `GET|POST /{customerId}/v1/offerings`, `GET|PATCH|DELETE …/{id}`. */
export interface Offering {
  id: string;
  name: string;
  description: string;
  address: string;
  /** A data: address; "" without an icon. */
  icon: string;
  category: string;
  /** To how many users and groups it is assigned. */
  assignments: number;
  createdAt: string;
}

export interface OfferingInput {
  name: string;
  description: string;
  address: string;
  icon: string;
  category: string;
}

/** `GET|POST /{customerId}/v1/offerings/{id}/assignments`, `DELETE …/{assignmentId}`. */
export interface Assignment {
  id: string;
  kind: "user" | "group";
  sid: string;
  /** As it was when it was assigned. */
  name: string;
  domain: string;
  forest: string;
  assignedAt: string;
  assignedBy: string;
}

export interface AssignmentInput {
  kind: "user" | "group";
  sid: string;
  domain: string;
}
