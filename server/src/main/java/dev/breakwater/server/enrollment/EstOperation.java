/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpMethod;

/**
 * The operations that exist. {@code serverkeygen} does not: a key made by the server would be a
 * secret the device does not own; {@code fullcmc} does not: nothing needs it.
 */
enum EstOperation {
    CACERTS(HttpMethod.GET),
    CSRATTRS(HttpMethod.GET),
    SIMPLEENROLL(HttpMethod.POST),
    SIMPLEREENROLL(HttpMethod.POST);

    private static final String ROOT = "/.well-known/est/";
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9._~-]{1,64}");

    private final HttpMethod method;

    EstOperation(HttpMethod method) {
        this.method = method;
    }

    /** The only method it takes. */
    HttpMethod method() {
        return method;
    }

    /**
     * The operation of a path, with or without a label (RFC 7030 section 3.2.2). One authority
     * serves all labels, and the code or the certificate says which product is meant, so a label
     * selects nothing here; it is allowed so that devices set up for another server need no change.
     */
    static Optional<EstOperation> of(String path) {
        if (!path.startsWith(ROOT)) {
            return Optional.empty();
        }
        String rest = path.substring(ROOT.length());
        int slash = rest.indexOf('/');
        if (slash < 0) {
            return named(rest);
        }
        String label = rest.substring(0, slash);
        return LABEL.matcher(label).matches() && named(label).isEmpty()
                ? named(rest.substring(slash + 1))
                : Optional.empty();
    }

    private static Optional<EstOperation> named(String text) {
        for (EstOperation operation : values()) {
            if (operation.name().toLowerCase(Locale.ROOT).equals(text)) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }
}
