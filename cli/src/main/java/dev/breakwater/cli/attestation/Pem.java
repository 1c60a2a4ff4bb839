/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.attestation;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of a PEM file (RFC 7468 section 2).
 *
 * @param label what it says it holds, e.g. {@code CERTIFICATE}
 * @param base64 its content, which is not decoded yet
 */
record Pem(String label, String base64) {

    private static final String BEGIN = "-----BEGIN ";

    /** Also of files that have lost their end, or hold an OpenPGP key. */
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----");

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \\1-----");
    private static final int LINE_CHARACTERS = 64;

    /** Whether there is a block in it, or the beginning of one. */
    static boolean isIn(String text) {
        return text.contains(BEGIN);
    }

    /** Whether there is a private key in it, or the beginning of one. */
    static boolean isPrivateKeyIn(String text) {
        return PRIVATE_KEY.matcher(text).find();
    }

    /** All blocks, in order. What stands between them is for people and does not count. */
    static List<Pem> blocks(String text) {
        List<Pem> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Pem(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    /**
     * Its content.
     *
     * @throws IllegalArgumentException if it is no base64
     */
    byte[] content() {
        return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
    }

    /** This certificate as one block. */
    static String certificate(X509Certificate certificate) {
        try {
            byte[] newLine = "\n".getBytes(StandardCharsets.US_ASCII);
            return BEGIN
                    + "CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(LINE_CHARACTERS, newLine)
                            .encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("a parsed certificate has DER", impossible);
        }
    }
}
