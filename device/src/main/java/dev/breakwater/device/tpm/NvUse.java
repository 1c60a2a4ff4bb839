/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** The commands about a TPM's own, non-volatile memory (Part 3, section 31). */
final class NvUse {

    /** TPMA_NV (Part 2, section 13.4): written and read with the index's own, empty password. */
    private static final int AUTH_WRITE = 1 << 2;

    private static final int AUTH_READ = 1 << 18;
    private static final int NO_DA = 1 << 25;
    private static final int WRITTEN = 1 << 29;

    /** TPM_NT, bits 4 to 7: it can only be incremented. */
    private static final int TYPE_COUNTER = 1 << 4;

    /**
     * Not TPMA_NV_ORDERLY: such a counter is kept in volatile memory and jumps ahead when the power
     * goes.
     */
    static final int COUNTER = AUTH_WRITE | AUTH_READ | NO_DA | TYPE_COUNTER;

    /** An ordinary index, which nobody writes. */
    static final int MARK = AUTH_WRITE | AUTH_READ | NO_DA;

    private static final int SHA256 = 0x000B;

    /** What the TPM gives for an index that was never defined: TPM_RC_HANDLE, first handle. */
    private static final int NOT_DEFINED = 0x18B;

    /** Every TPM gives out so much of an index at once. */
    private static final int CHUNK_BYTES = 512;

    private static final int POLICY_BYTES_MAX = 64;

    private final TpmConnection connection;

    NvUse(TpmConnection connection) {
        this.connection = connection;
    }

    /** What a TPM says of an index (TPMS_NV_PUBLIC, Part 2, section 13.5). */
    record Area(int attributes, int policyBytes, int size) {}

    /** Section 31.3, authorized by the owner's empty password. */
    void define(int index, int attributes, int size) throws TpmFailure, InterruptedException {
        var _ =
                connection.exchange(
                        Command.NV_DEFINE_SPACE,
                        true,
                        new Marshaller()
                                .u32(TpmUse.OWNER)
                                .raw(TpmUse.passwords(1))
                                .sized(new byte[0])
                                .sized(
                                        new Marshaller()
                                                .u32(index)
                                                .u16(SHA256)
                                                .u32(attributes)
                                                .sized(new byte[0])
                                                .u16(size))
                                .bytes());
    }

    /** Section 31.4. */
    void undefine(int index) throws TpmFailure, InterruptedException {
        var _ =
                connection.exchange(
                        Command.NV_UNDEFINE_SPACE,
                        true,
                        new Marshaller()
                                .u32(TpmUse.OWNER)
                                .u32(index)
                                .raw(TpmUse.passwords(1))
                                .bytes());
    }

    /** Section 31.8. */
    void increment(int index) throws TpmFailure, InterruptedException {
        var _ =
                connection.exchange(
                        Command.NV_INCREMENT,
                        true,
                        new Marshaller().u32(index).u32(index).raw(TpmUse.passwords(1)).bytes());
    }

    /** Section 31.6; nothing if there is no such index. */
    Optional<Area> area(int index) throws TpmFailure, InterruptedException {
        Unmarshaller answer;
        try {
            answer =
                    connection.exchange(
                            Command.NV_READ_PUBLIC, false, new Marshaller().u32(index).bytes());
        } catch (TpmFailure refused) {
            if (refused.code() == NOT_DEFINED) {
                return Optional.empty();
            }
            throw refused;
        }
        Unmarshaller described = Unmarshaller.of(answer.sized(TpmUse.STRUCTURE_BYTES_MAX));
        described.require(index, described.u32(), "the index");
        int _ = described.u16();
        int attributes = described.u32();
        int policyBytes = described.sized(POLICY_BYTES_MAX).length;
        return Optional.of(new Area(attributes, policyBytes, described.u16()));
    }

    /**
     * What the counter says that was {@link #define}d here. An index that is anything else, such as
     * an ordinary one into which somebody wrote the number that is expected, is a failure.
     */
    CounterState counter(int index) throws TpmFailure, InterruptedException {
        Optional<Area> area = area(index);
        if (area.isEmpty()) {
            return new CounterState.Undefined();
        }
        if ((area.get().attributes() & ~WRITTEN) != COUNTER
                || area.get().policyBytes() != 0
                || area.get().size() != Long.BYTES) {
            throw new TpmFailure(
                    "index 0x%08x of the TPM is not the counter that this device made"
                            .formatted(index));
        }
        if ((area.get().attributes() & WRITTEN) == 0) {
            return new CounterState.Unwritten();
        }
        return new CounterState.At(Unmarshaller.of(chunk(index, 0, Long.BYTES)).u64());
    }

    /**
     * The whole of an index that may be read with its own empty password, or nothing if there is no
     * such index (section 31.13).
     */
    Optional<byte[]> read(int index, int bytesMax) throws TpmFailure, InterruptedException {
        Optional<Area> area = area(index);
        if (area.isEmpty()) {
            return Optional.empty();
        }
        int size = area.get().size();
        if (size > bytesMax) {
            throw new TpmFailure(
                    "index 0x%08x of the TPM holds %d bytes, and at most %d are read"
                            .formatted(index, size, bytesMax));
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream(size);
        while (content.size() < size) {
            content.writeBytes(
                    chunk(index, content.size(), Math.min(CHUNK_BYTES, size - content.size())));
        }
        return Optional.of(content.toByteArray());
    }

    private byte[] chunk(int index, int offset, int length)
            throws TpmFailure, InterruptedException {
        Unmarshaller answer =
                connection.exchange(
                        Command.NV_READ,
                        true,
                        new Marshaller()
                                .u32(index)
                                .u32(index)
                                .raw(TpmUse.passwords(1))
                                .u16(length)
                                .u16(offset)
                                .bytes());
        TpmUse.parameters(answer);
        byte[] chunk = answer.sized(length);
        answer.require(length, chunk.length, "the length of what was read");
        return chunk;
    }
}
