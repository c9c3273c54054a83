export const workspace = {
  "workspace.title": "Workspace Configuration",
  "workspace.lead": "How people reach the workspace, and where they sign in.",
  "workspace.url": "Workspace URL",
  "workspace.url.note": "The address that people open.",
  "workspace.open": "People can sign in there.",
  "workspace.closed": "Nobody can sign in there yet: no authentication method is chosen.",
  "workspace.method": "Authentication",
  "workspace.none.title": "No authentication method is chosen",
  "workspace.none.choose": "People who open the workspace are told that it is not ready. Choose how they sign in.",
  "workspace.none.body": "People who open the workspace are told that it is not ready. Connect an identity provider, then choose it here.",
  "workspace.none.connect": "Connect an identity provider",
  "workspace.choice.not_connected": "Not connected. Connect it in Identity and Access Management first.",
  "workspace.choice.unavailable": "This release does not offer it.",
  "workspace.confirm.title": "Change the authentication to {method}?",
  "workspace.confirm.body":
    "From now on everybody signs in to the workspace with {method}. People who are signed in another way are signed out at once. Make sure that they have an account there.",
  "workspace.confirm.action": "Confirm",
} as const;
