/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.guidance;

import java.util.regex.Pattern;

/**
 * Where a maker sends its owners. Only the two schemes by which nothing runs in a browser, only
 * ASCII, so that a name that looks like another is seen as what it is, and nobody's password.
 *
 * @param text as it is shown and followed
 */
public record MakerLink(String text) {

    private static final int CHARACTERS_MAX = 300;

    private static final Pattern WEB_PAGE =
            Pattern.compile(
                    "https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9._~/?#&=%+:,@-]*)?");

    private static final Pattern MAIL =
            Pattern.compile("mailto:[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253}");

    /** Refuses every other form. */
    public MakerLink {
        if (text.length() > CHARACTERS_MAX
                || !(WEB_PAGE.matcher(text).matches() || MAIL.matcher(text).matches())) {
            throw new IllegalArgumentException(
                    "is an address such as https://example.org/security or mailto:security@example.org");
        }
    }

    /** Whether it leads to a page. */
    public boolean isWebPage() {
        return text.startsWith("https:");
    }

    /** What people read: a mail address without its scheme. */
    public String shown() {
        return isWebPage() ? text : text.substring("mailto:".length());
    }
}
