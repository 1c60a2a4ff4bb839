/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;

/**
 * A style that stands in the page itself, so that a page which somebody kept still looks like one.
 * The page's policy names its hash: no other style counts, whoever gets one in.
 *
 * @param text the style sheet, ours
 */
record PageStyle(String text) {

    /** How pages for owners look. */
    static PageStyle owners() {
        try (InputStream css =
                Objects.requireNonNull(PageStyle.class.getResourceAsStream("owners.css"))) {
            return new PageStyle(new String(css.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("owners.css cannot be read", unreadable);
        }
    }

    /**
     * The whole policy of a page with this style, which loads nothing and runs nothing.
     *
     * @param forms where its forms may go: {@code 'self'} or {@code 'none'}
     */
    String policy(String forms) {
        return "default-src 'none'; style-src '"
                + hash()
                + "'; base-uri 'none'; form-action "
                + forms
                + "; frame-ancestors 'none'";
    }

    private String hash() {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
