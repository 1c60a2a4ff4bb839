/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address by which a member logs in, in lower case: whoever typed it with capitals is the same.
 * It names a person and is proven by nothing but the invitation that was sent there.
 */
public record Email(String text) {

    private static final int LENGTH_MAX = 254;

    /** The part of RFC 5321 that people use: no quoted local parts, no address literals. */
    private static final Pattern FORM =
            Pattern.compile(
                    "[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63}){1,8}");

    /** Reads an address; empty for what is none. */
    public static Optional<Email> parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        return lower.length() <= LENGTH_MAX && FORM.matcher(lower).matches()
                ? Optional.of(new Email(lower))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
