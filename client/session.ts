/**
 * Provides tokens for requests. A browser asks its user again; a command signs in again or gives
 * up.
 */
export interface Session {
  /** Returns the token of the user who is signed in. May wait until someone signs in. */
  getToken(signal: AbortSignal | undefined): Promise<string>;
  /**
   * Called when the API no longer accepts a token. The request is sent again with the next token.
   *
   * @throws if there can't be another one.
   */
  expire(token: string): Promise<void> | void;
}
