/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A key in a PKCS#11 token, named as RFC 7512 has it: {@code
 * pkcs11:token=LABEL;object=KEY?module-path=FILE&pin-source=FILE}.
 *
 * @param token the label of the token
 * @param object the label of the key
 * @param module the token's shared library
 * @param pinSource the file that holds the PIN; asked for if empty
 */
record TokenUri(String token, String object, Path module, Optional<Path> pinSource) {

    static final String SCHEME = "pkcs11:";

    private static final String FORM =
            "pkcs11:token=LABEL;object=KEY?module-path=FILE&pin-source=FILE";
    private static final Set<String> KNOWN = Set.of("token", "object", "module-path", "pin-source");

    /** Blanks and quotes would end the path in the configuration of the JDK's provider. */
    private static final Pattern PATH = Pattern.compile("/[^\\s\"$\\\\]{1,1000}");

    private static final Pattern LABEL = Pattern.compile("[^\\p{Cntrl}]{1,64}");

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is none, or says something that is not known here
     */
    static TokenUri parse(String text) {
        if (!text.startsWith(SCHEME)) {
            throw new IllegalArgumentException("a key in a token is named " + FORM);
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String attribute : text.substring(SCHEME.length()).split("[;?&]", -1)) {
            int equals = attribute.indexOf('=');
            String name = equals < 0 ? attribute : attribute.substring(0, equals);
            if (name.equals("pin-value")) {
                throw new IllegalArgumentException(
                        "a PIN in an argument can be read by everybody on this machine; put it into a"
                                + " file that only you can read, and name that with pin-source");
            }
            if (!KNOWN.contains(name)
                    || attributes.put(name, decoded(attribute.substring(equals + 1))) != null) {
                throw new IllegalArgumentException(
                        "'%s' is not known, or given twice; a key in a token is named %s"
                                .formatted(name, FORM));
            }
        }
        String module = attributes.getOrDefault("module-path", "");
        if (!PATH.matcher(module).matches()) {
            throw new IllegalArgumentException(
                    "module-path must be the whole path of the token's shared library, without blanks"
                            + " and quotes");
        }
        return new TokenUri(
                label(attributes, "token"),
                label(attributes, "object"),
                Path.of(module),
                Optional.ofNullable(attributes.get("pin-source"))
                        .map(
                                source ->
                                        Path.of(
                                                source.startsWith("file:")
                                                        ? source.substring("file:".length())
                                                        : source)));
    }

    private static String label(Map<String, String> attributes, String name) {
        String label = attributes.getOrDefault(name, "");
        if (!LABEL.matcher(label).matches()) {
            throw new IllegalArgumentException(
                    "%s must be a label of 1 to 64 characters; a key in a token is named %s"
                            .formatted(name, FORM));
        }
        return label;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "key %s in token %s".formatted(object, token);
    }
}
