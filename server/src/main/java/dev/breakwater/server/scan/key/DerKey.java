/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.key;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/** Private keys in DER, recognized by their whole structure and not by a few bytes of it. */
final class DerKey {

    private static final int PKCS1_NUMBERS = 8;
    private static final int MODULUS_BITS_MIN = 512;
    private static final int SCALAR_BYTES_MIN = 20;
    private static final int SCALAR_BYTES_MAX = 72;
    private static final int KEY_BAG = 1;
    private static final int SHROUDED_KEY_BAG = 2;

    private DerKey() {}

    /** RFC 5958: version, algorithm, the key as octets, attributes, the public key. */
    static Optional<FoundKey> pkcs8(byte[] data, int at, int end) {
        int start = DerCursor.sequenceAround(data, at, end);
        if (start < 0) {
            return Optional.empty();
        }
        DerCursor outer = new DerCursor(data, start, end);
        boolean whole = outer.enter(DerCursor.SEQUENCE);
        int to = outer.contentEnd();
        DerCursor cursor = new DerCursor(data, at, to);
        if (!whole || !cursor.skip(DerCursor.INTEGER) || !cursor.enter(DerCursor.SEQUENCE)) {
            return Optional.empty();
        }
        DerCursor algorithm = new DerCursor(data, cursor.at(), cursor.contentEnd());
        cursor.leave();
        if (!algorithm.skip(DerCursor.OBJECT_ID) || !cursor.enter(DerCursor.OCTET_STRING)) {
            return Optional.empty();
        }
        boolean isLong = cursor.contentLength() >= SCALAR_BYTES_MIN;
        cursor.leave();
        cursor.skip(DerCursor.CONTEXT_0);
        cursor.skip(DerCursor.CONTEXT_1);
        // RFC 5958 tags the public key implicitly, so that it may be primitive.
        cursor.skip(0x81);
        if (!isLong || !cursor.isAtEnd()) {
            return Optional.empty();
        }
        byte[] key = Arrays.copyOfRange(data, start, to);
        return Optional.of(
                new FoundKey(
                        "private-key-der-pkcs8",
                        "private key, PKCS#8 DER",
                        start,
                        to,
                        PublicHalf.ofPkcs8(key)));
    }

    /** RFC 8017, A.1.2: nine numbers, of which the first is 0 and two make a third. */
    static Optional<FoundKey> pkcs1(byte[] data, int at, int end) {
        int start = DerCursor.sequenceAround(data, at, end);
        if (start < 0) {
            return Optional.empty();
        }
        DerCursor outer = new DerCursor(data, start, end);
        boolean whole = outer.enter(DerCursor.SEQUENCE);
        int to = outer.contentEnd();
        DerCursor cursor = new DerCursor(data, at, to);
        if (!whole || !cursor.skip(DerCursor.INTEGER)) {
            return Optional.empty();
        }
        BigInteger[] numbers = new BigInteger[PKCS1_NUMBERS];
        for (int i = 0; i < PKCS1_NUMBERS; i++) {
            if (!cursor.enter(DerCursor.INTEGER) || cursor.contentLength() == 0) {
                return Optional.empty();
            }
            numbers[i] = new BigInteger(data, cursor.at(), cursor.contentLength());
            cursor.leave();
        }
        BigInteger modulus = numbers[0];
        if (!cursor.isAtEnd()
                || modulus.signum() <= 0
                || modulus.bitLength() < MODULUS_BITS_MIN
                || !numbers[3].multiply(numbers[4]).equals(modulus)) {
            return Optional.empty();
        }
        return Optional.of(
                new FoundKey(
                        "private-key-der-pkcs1",
                        "RSA private key, PKCS#1 DER",
                        start,
                        to,
                        PublicHalf.ofRsa(modulus, numbers[1])));
    }

    /** RFC 5915: version, the private number, and its curve or its public key or both. */
    static Optional<FoundKey> sec1(byte[] data, int at, int end) {
        int start = DerCursor.sequenceAround(data, at, end);
        if (start < 0) {
            return Optional.empty();
        }
        DerCursor outer = new DerCursor(data, start, end);
        boolean whole = outer.enter(DerCursor.SEQUENCE);
        int to = outer.contentEnd();
        DerCursor cursor = new DerCursor(data, at, to);
        if (!whole
                || !cursor.skip(DerCursor.INTEGER)
                || !cursor.enter(DerCursor.OCTET_STRING)
                || cursor.contentLength() < SCALAR_BYTES_MIN
                || cursor.contentLength() > SCALAR_BYTES_MAX) {
            return Optional.empty();
        }
        cursor.leave();
        boolean hasMore = cursor.skip(DerCursor.CONTEXT_0);
        hasMore |= cursor.skip(DerCursor.CONTEXT_1);
        if (!hasMore || !cursor.isAtEnd()) {
            return Optional.empty();
        }
        byte[] key = Arrays.copyOfRange(data, start, to);
        return Optional.of(
                new FoundKey(
                        "private-key-der-sec1",
                        "elliptic curve private key, SEC 1 DER",
                        start,
                        to,
                        PublicHalf.ofSec1(key)));
    }

    /** RFC 5958, 3: an algorithm of encryption, and what it made of the key. */
    static Optional<FoundKey> encrypted(byte[] data, int at, int end) {
        int algorithm = DerCursor.sequenceAround(data, at, end);
        int start = algorithm < 0 ? -1 : DerCursor.sequenceAround(data, algorithm, end);
        if (start < 0) {
            return Optional.empty();
        }
        DerCursor outer = new DerCursor(data, start, end);
        boolean whole = outer.enter(DerCursor.SEQUENCE);
        int to = outer.contentEnd();
        DerCursor cursor = new DerCursor(data, algorithm, to);
        if (!whole
                || !cursor.skip(DerCursor.SEQUENCE)
                || !cursor.enter(DerCursor.OCTET_STRING)
                || cursor.contentLength() < SCALAR_BYTES_MIN
                || cursor.contentEnd() != to) {
            return Optional.empty();
        }
        return Optional.of(
                new FoundKey(
                        "private-key-der-pkcs8-encrypted",
                        "encrypted private key, PKCS#8 DER",
                        start,
                        to,
                        Optional.empty()));
    }

    /** A bag of PKCS#12 that holds a key, encrypted or not; certificates alone are no secret. */
    static Optional<FoundKey> bag(byte[] data, int at, int end) {
        int behind = at + KeyAnchor.PKCS12_BAG.bytes().length + 1;
        if (behind >= end) {
            return Optional.empty();
        }
        int kind = data[behind - 1];
        int start = DerCursor.sequenceAround(data, at, end);
        if (start < 0 && at >= 2 && data[at - 2] == 0x30 && (data[at - 1] & 0xff) == 0x80) {
            // BER of an indefinite length, as older stores have it.
            start = at - 2;
        }
        boolean isKey = kind == KEY_BAG || kind == SHROUDED_KEY_BAG;
        if (!isKey || start < 0 || (data[behind] & 0xff) != DerCursor.CONTEXT_0) {
            return Optional.empty();
        }
        DerCursor outer = new DerCursor(data, start, end);
        int to = outer.enter(DerCursor.SEQUENCE) ? outer.contentEnd() : behind;
        return Optional.of(
                new FoundKey(
                        "private-key-pkcs12",
                        "private key in a PKCS#12 store",
                        start,
                        to,
                        Optional.empty()));
    }
}
