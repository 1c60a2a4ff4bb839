/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.key;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A few bytes that every private key of a form has; what stands around them decides. */
public enum KeyAnchor {
    /** RFC 7468: the label of a private key, whatever its kind. */
    PEM("PRIVATE KEY"),
    /** The first line of a key file of PuTTY. */
    PUTTY("PuTTY-User-Key-File-"),
    /** The magic of OpenSSH's own form, outside PEM. */
    OPENSSH("openssh-key-v1\0"),
    /** RFC 5958: version 0, and the algorithm's sequence begins. */
    PKCS8(hex("02010030")),
    /** The same with version 1, which may carry the public key. */
    PKCS8_WITH_PUBLIC(hex("02010130")),
    /** RFC 8017, A.1.2: version 0, and the modulus begins. */
    PKCS1(hex("02010002")),
    /** RFC 5915: version 1, and the private number begins. */
    SEC1(hex("02010104")),
    /** RFC 8018: encrypted by a scheme of PKCS#5. */
    ENCRYPTED_PKCS5(hex("06092a864886f70d0105")),
    /** RFC 7292, appendix C: encrypted by a scheme of PKCS#12. */
    ENCRYPTED_PKCS12(hex("060a2a864886f70d010c01")),
    /** RFC 7292, 4.2: a bag in a PKCS#12 store, of whatever. */
    PKCS12_BAG(hex("060b2a864886f70d010c0a01"));

    private final String text;

    KeyAnchor(String text) {
        this.text = text;
    }

    private static String hex(String text) {
        return new String(HexFormat.of().parseHex(text), StandardCharsets.ISO_8859_1);
    }

    /** The bytes; letters may stand in either case where they are found. */
    public byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Whether a private key stands around an anchor.
     *
     * @param data what was read; the anchor is whole in it
     * @param at where the anchor begins
     * @param end behind the last byte that counts
     */
    public Optional<FoundKey> recognize(byte[] data, int at, int end) {
        return switch (this) {
            case PEM -> PemKey.around(data, at, end);
            case PUTTY -> PuttyKey.at(data, at, end);
            case OPENSSH -> OpenSshKey.at(data, at, end);
            case PKCS8, PKCS8_WITH_PUBLIC -> DerKey.pkcs8(data, at, end);
            case PKCS1 -> DerKey.pkcs1(data, at, end);
            case SEC1 -> DerKey.sec1(data, at, end);
            case ENCRYPTED_PKCS5, ENCRYPTED_PKCS12 -> DerKey.encrypted(data, at, end);
            case PKCS12_BAG -> DerKey.bag(data, at, end);
        };
    }

    /** All of them. */
    public static List<KeyAnchor> all() {
        return List.of(values());
    }
}
