import type { ComponentType } from "react";
import type { Permission } from "../api/contract/session";
import type { PlainKey } from "../i18n";

type Parameters<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Parameters<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;
type LinkArguments<P extends string> = [Parameters<P>] extends [never]
  ? [values?: undefined, search?: Readonly<Record<string, string>>]
  : [values: { readonly [N in Parameters<P>]: string }, search?: Readonly<Record<string, string>>];

interface Definition<P extends string> {
  path: P;
  /** The permission that the page needs; null = everybody who is signed in. */
  needs: Permission | null;
  /** Name of the page in breadcrumbs, menus and the window title. */
  title: PlainKey;
  parent?: Crumb;
  page: () => Promise<{ default: ComponentType }>;
}

/** What breadcrumbs need to know about a page. */
export interface Crumb {
  title: PlainKey;
  parent?: Crumb;
  needs: Permission | null;
  /** The address as it stands in the definition; crumbs above a page have no parameters. */
  path: string;
}

export interface Route<P extends string = string> extends Definition<P> {
  /** The address of the page with these parameters. */
  link: (...[values, search]: LinkArguments<P>) => string;
}

/** A route owns path, permission, title and its typed link builder. */
export function defineRoute<const P extends string>(definition: Definition<P>): Route<P> {
  return {
    ...definition,
    link: (...[values, search]) => {
      const filled: Readonly<Record<string, string>> = values ?? {};
      const path = definition.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(filled[name] ?? ""));
      const query = new URLSearchParams(search).toString();
      return query === "" ? path : `${path}?${query}`;
    },
  };
}

/** A route as the router and the menus hold it, whatever its parameters. */
export type AnyRoute = Definition<string>;
