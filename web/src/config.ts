import * as z from "zod/mini";

const PageConfig = z.object({ apiUrl: z.string().check(z.minLength(1)) });
type PageConfig = z.infer<typeof PageConfig>;

/** The page's own default: CloudFront routes /api to the API on the page's origin. */
const DEFAULT_CONFIG: PageConfig = { apiUrl: "/api" };

/**
 * Reads config.json next to the page, which the deployment writes if the API is elsewhere. A
 * missing or unreadable file means the default.
 */
export async function loadConfig(): Promise<PageConfig> {
  try {
    const response = await fetch("./config.json", { cache: "no-cache" });
    const parsed = PageConfig.safeParse(await response.json());
    if (!response.ok || !parsed.success) return DEFAULT_CONFIG;
    return parsed.data;
  } catch {
    return DEFAULT_CONFIG;
  }
}
