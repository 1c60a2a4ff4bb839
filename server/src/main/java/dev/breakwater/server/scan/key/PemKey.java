/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.key;

import dev.breakwater.server.scan.rule.Entropy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in PEM (RFC 7468), also where it stands in one line with {@code \n} written out, in
 * quotes or indented. The label alone is none: every TLS library has it among its texts.
 */
final class PemKey {

    private static final int LABEL_BEFORE_MAX = 48;
    private static final int BODY_MAX = 16_384;
    private static final int BASE64_MIN = 40;
    private static final int HEADERS_MAX = 10;
    private static final double ENTROPY_MIN = 4;
    private static final Pattern BEGIN =
            Pattern.compile("-{4,5} ?BEGIN ([A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?) ?-{4,5}");
    private static final Pattern LINE_END =
            Pattern.compile("\\r\\n|\\n|\\r|\\\\r\\\\n|\\\\n|\\\\r");
    private static final byte[] OPENSSH = KeyAnchor.OPENSSH.bytes();

    private PemKey() {}

    static boolean isBase64(char c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '/'
                || c == '=';
    }

    static Optional<FoundKey> around(byte[] data, int at, int end) {
        int from = Math.max(0, at - LABEL_BEFORE_MAX);
        int length = Math.min(end - from, BODY_MAX + LABEL_BEFORE_MAX);
        String text = new String(data, from, length, StandardCharsets.ISO_8859_1);
        Matcher begin = BEGIN.matcher(text);
        int anchor = at - from;
        do {
            if (!begin.find()) {
                return Optional.empty();
            }
        } while (begin.end() < anchor);
        if (begin.start() > anchor) {
            return Optional.empty();
        }
        Body body = Body.read(text, begin.end());
        Optional<FoundKey> key = body.key(begin.group(1));
        return key.map(
                found ->
                        new FoundKey(
                                found.rule(),
                                found.description(),
                                from + begin.start(),
                                from + body.to(),
                                found.publicKey()));
    }

    /**
     * What follows the first line.
     *
     * @param to behind the last of its lines
     * @param isEncrypted whether a header says so (RFC 1421, 4.6.1.1)
     */
    private record Body(String base64, int to, boolean isEncrypted) {

        static Body read(String text, int from) {
            StringBuilder base64 = new StringBuilder();
            boolean encrypted = false;
            int headers = 0;
            int at = from;
            Matcher ends = LINE_END.matcher(text);
            while (at < text.length()) {
                boolean isLast = !ends.find(at);
                String line = text.substring(at, isLast ? text.length() : ends.start());
                String bare = bare(line);
                if (bare.indexOf(':') > 0 && base64.isEmpty() && headers++ < HEADERS_MAX) {
                    encrypted |= bare.contains("ENCRYPTED");
                } else if (!bare.isEmpty()) {
                    int good = 0;
                    while (good < bare.length() && isBase64(bare.charAt(good))) {
                        good++;
                    }
                    if (bare.startsWith("=") && !base64.isEmpty()) {
                        break;
                    }
                    base64.append(bare, 0, good);
                    if (good < bare.length()) {
                        break;
                    }
                }
                at = isLast ? text.length() : ends.end();
            }
            return new Body(base64.toString(), Math.min(at, text.length()), encrypted);
        }

        /** Without what a program's or a document's form puts around a line. */
        private static String bare(String line) {
            int from = 0;
            int to = line.length();
            while (from < to && " \t\"',".indexOf(line.charAt(from)) >= 0) {
                from++;
            }
            while (to > from && " \t\"',\\".indexOf(line.charAt(to - 1)) >= 0) {
                to--;
            }
            return line.substring(from, to);
        }

        Optional<FoundKey> key(String label) {
            if (base64.length() < BASE64_MIN) {
                return Optional.empty();
            }
            byte[] content = decoded();
            if (content.length > OPENSSH.length
                    && Arrays.equals(OPENSSH, Arrays.copyOf(content, OPENSSH.length))) {
                return OpenSshKey.at(content, 0, content.length);
            }
            boolean isDer = content.length > 2 && content[0] == 0x30;
            if (!isDer && Entropy.of(base64) < ENTROPY_MIN) {
                return Optional.empty();
            }
            if (label.startsWith("PGP")) {
                return found("private-key-pgp", label, Optional.empty());
            }
            if (isEncrypted || label.contains("ENCRYPTED")) {
                return found("private-key-pem-encrypted", label, Optional.empty());
            }
            return found("private-key-pem", label, publicKey(content));
        }

        private static Optional<String> publicKey(byte[] content) {
            for (int header = 2; header <= 4; header++) {
                for (KeyAnchor form :
                        new KeyAnchor[] {KeyAnchor.PKCS8, KeyAnchor.PKCS1, KeyAnchor.SEC1}) {
                    if (content.length > header + form.bytes().length) {
                        Optional<FoundKey> key = form.recognize(content, header, content.length);
                        if (key.isPresent() && key.get().publicKey().isPresent()) {
                            return key.get().publicKey();
                        }
                    }
                }
            }
            return Optional.empty();
        }

        private static Optional<FoundKey> found(
                String rule, String label, Optional<String> publicKey) {
            return Optional.of(new FoundKey(rule, "PEM, " + label, 0, 0, publicKey));
        }

        private byte[] decoded() {
            int whole = base64.indexOf("=") < 0 ? base64.length() : base64.indexOf("=");
            try {
                // A rest of one character is no byte.
                int usable = whole % 4 == 1 ? whole - 1 : whole;
                return Base64.getDecoder().decode(base64.substring(0, usable));
            } catch (IllegalArgumentException broken) {
                return new byte[0];
            }
        }
    }
}
