/** Whose requests these are. Browsers ask their user again; a command signs in again or gives up. */
export interface Session {
  /** The token of whoever is signed in. May wait until somebody is. */
  getToken(signal: AbortSignal | undefined): Promise<string>;
  /**
   * Called when the API no longer accepts a token. The request is sent again with the next one.
   *
   * @throws where there can't be another one.
   */
  expire(token: string): Promise<void> | void;
}
