import { account } from "./account";
import { common } from "./common";
import { directory } from "./directory";
import { domain } from "./domain";
import { entra } from "./entra";
import { federation } from "./federation";
import { home } from "./home";
import { identity } from "./identity";
import { library } from "./library";
import { locations } from "./locations";
import { profile } from "./profile";
import { saml } from "./saml";
import { shell } from "./shell";
import { systemlog } from "./systemlog";
import { traces } from "./traces";
import { workspace } from "./workspace";

export const en = { ...common, ...shell, ...home, ...systemlog, ...locations, ...identity, ...saml, ...federation, ...domain, ...workspace, ...traces, ...profile, ...account, ...directory, ...entra, ...library } as const;
