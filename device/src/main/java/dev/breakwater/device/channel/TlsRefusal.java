/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.channel;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes that the server refused our certificate during the TLS handshake. With TLS 1.3 the
 * refusal arrives after the client believes the handshake done, at its first read (RFC 8446 section
 * 4.4.2.4), so any failed read is asked. A refusal that is lost, because the server's reset
 * overtook its alert, looks like a lost connection and is retried as one.
 */
public final class TlsRefusal {

    /** The alerts of RFC 8446 section 6.2 that speak of the client's certificate. */
    private static final Set<String> ABOUT_OUR_CERTIFICATE =
            Set.of(
                    "bad_certificate",
                    "unsupported_certificate",
                    "certificate_revoked",
                    "certificate_expired",
                    "certificate_unknown",
                    "unknown_ca",
                    "access_denied",
                    "certificate_required");

    /** The JDK tells the alert in the exception's text and nowhere else. */
    private static final Pattern RECEIVED = Pattern.compile("Received fatal alert: ([a-z_]+)");

    private static final int CAUSES_MAX = 10;

    private TlsRefusal() {}

    /** The alert by which the server refused our certificate, if that is why this failed. */
    public static Optional<String> in(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof SSLException) {
                Matcher matcher = RECEIVED.matcher(String.valueOf(cause.getMessage()));
                if (matcher.find() && ABOUT_OUR_CERTIFICATE.contains(matcher.group(1))) {
                    return Optional.of(matcher.group(1));
                }
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
