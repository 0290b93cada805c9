import { Token } from 'cdktf';

/** Text as Terraform shall see it: `${` and `%{` begin a template there unless doubled. References of cdktf stay as they are. */
export function literal(text: string): string {
  return Token.isUnresolved(text) ? text : text.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}

/** The text that {@link literal} was given. */
export const unescaped = (text: string): string => text.replace(/([$%])\1(?=\{)/g, '$1');
