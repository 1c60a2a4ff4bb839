/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import java.time.Duration;

/**
 * What a TPM says of a key that it holds (TPMS_ATTEST of TPM2_Certify, TPM 2.0 Part 2 section
 * 10.12.12). Somebody has to have signed it before it means anything.
 */
final class TpmStatement {

    static final int BYTES_MAX = 512;

    /** "\377TCG": a restricted key signs nothing else that begins like this. */
    private static final long GENERATED = 0xFF544347L;

    private static final int CERTIFY = 0x8017;
    private static final int NAME_BYTES_MAX = 66;
    private static final int EXTRA_BYTES_MAX = 64;

    private final byte[] extraData;
    private final byte[] certifiedName;
    private final Clock clock;

    /**
     * The TPM's own time (TPMS_CLOCK_INFO).
     *
     * @param running for how long it has been on, in all its life
     * @param resets how often it was reset
     * @param safe whether it cannot have been at a later time before
     * @param firmware what its maker calls its firmware
     */
    record Clock(Duration running, long resets, long restarts, boolean safe, long firmware) {}

    /** It is about something else than a key of the TPM, or not made by one. */
    static final class NotGenerated extends Exception {
        private static final long serialVersionUID = 1;

        NotGenerated(String why) {
            super(why);
        }
    }

    private TpmStatement(byte[] extraData, byte[] certifiedName, Clock clock) {
        this.extraData = extraData;
        this.certifiedName = certifiedName;
        this.clock = clock;
    }

    /**
     * Reads it.
     *
     * @throws NotGenerated if it is no statement of a TPM about a key
     * @throws TpmMalformed if it cannot be read
     */
    static TpmStatement parse(byte[] bytes) throws TpmMalformed, NotGenerated {
        TpmReader reader = new TpmReader(bytes, BYTES_MAX);
        long magic = reader.uint32();
        if (magic != GENERATED) {
            throw new NotGenerated("it does not begin with TPM_GENERATED");
        }
        int type = reader.uint16();
        if (type != CERTIFY) {
            throw new NotGenerated("it is of type " + type + ", not TPM_ST_ATTEST_CERTIFY");
        }
        byte[] _ = reader.sized(NAME_BYTES_MAX); // who signs, which the signature says better
        byte[] extraData = reader.sized(EXTRA_BYTES_MAX);
        Duration running = Duration.ofMillis(Math.max(0, reader.uint64()));
        long resets = reader.uint32();
        long restarts = reader.uint32();
        int safe = reader.uint8();
        if (safe > 1) {
            throw new TpmMalformed("a flag is " + safe);
        }
        long firmware = reader.uint64();
        byte[] name = reader.sized(NAME_BYTES_MAX);
        byte[] _ = reader.sized(NAME_BYTES_MAX); // by which parents, which need not be known
        reader.end();
        return new TpmStatement(
                extraData, name, new Clock(running, resets, restarts, safe == 1, firmware));
    }

    /** What whoever asked for the statement put into it. */
    byte[] extraData() {
        return extraData.clone();
    }

    /** The key it is about. */
    byte[] certifiedName() {
        return certifiedName.clone();
    }

    Clock clock() {
        return clock;
    }
}
