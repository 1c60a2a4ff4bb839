/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Marshals a structure as a TPM reads it: big-endian, a length of two bytes before a TPM2B. */
final class Marshaller {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final DataOutputStream out = new DataOutputStream(bytes);

    Marshaller octet(int value) {
        return written(() -> out.writeByte(value));
    }

    Marshaller u16(int value) {
        return written(() -> out.writeShort(value));
    }

    Marshaller u32(int value) {
        return written(() -> out.writeInt(value));
    }

    Marshaller raw(byte[] value) {
        return written(() -> out.write(value));
    }

    /** A TPM2B: the length, then the bytes. */
    Marshaller sized(byte[] value) {
        if (value.length > 0xFFFF) {
            throw new IllegalArgumentException("a TPM2B is at most 65535 bytes");
        }
        return u16(value.length).raw(value);
    }

    Marshaller sized(Marshaller value) {
        return sized(value.bytes());
    }

    /** An area of authorizations: a length of four bytes, then the content. */
    Marshaller sizedLong(Marshaller value) {
        byte[] content = value.bytes();
        return u32(content.length).raw(content);
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private Marshaller written(Writing writing) {
        try {
            writing.write();
            return this;
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory does not fail", impossible);
        }
    }

    private interface Writing {
        void write() throws IOException;
    }
}
