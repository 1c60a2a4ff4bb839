/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.tpm.CounterState;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.device.tpm.TpmFailure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The floor in a record that a monotonic counter of the TPM makes worthless as soon as there is a
 * newer one: an older copy of the storage is noticed, and no update is installed until it is gone.
 *
 * <p><b>What is kept.</b> The record is the floor and the counter's value when it was written: once
 * as it is, and once sealed by the TPM ({@link Tpm#seal}), both in sealed storage, and they must
 * say the same. So nobody makes one who has only the medium, wrapping key included; and nobody who
 * has only the TPM or its bus. The counter ({@code TPM_NT_COUNTER}, TPM 2.0 Library, Part 1,
 * section 37.2) cannot be set. Whoever has the owner's authorization, which on a device is empty,
 * can undefine it and define it anew, but the TPM then begins above every value that it ever had,
 * so no record of the past counts again.
 *
 * <p><b>Why not otherwise.</b> The counter's value less a base as the floor takes as many
 * increments as releases were skipped, and a base as tamper-proof as the counter. A policy that
 * lets an index only rise cannot be written down: TPM2_PolicyNV has the number it compares with in
 * its digest. Sixty-four bits that can only be set are sixty-four floors.
 *
 * <p><b>Raising</b> is: bind the record to the counter's value, if it is bound to the one before;
 * increment; write the new floor, bound to the new value; increment. A record counts at its value
 * and at the next one. So whatever the power does, the record on the medium counts and is the old
 * one or the new; and when the last increment is done, every record of an older floor, and every
 * one that an interrupted attempt left, is two values behind. Hence it is done in full even if the
 * floor seems to be there already.
 *
 * <p><b>Beginning.</b> A second index, the mark, is defined before the counter and undefined when
 * the first record is written. A counter without a record is an interrupted beginning while the
 * mark stands, and tampering otherwise. A record without its counter always is. A floor that {@link
 * SealedFloor} kept is taken over, and that is raised along, for the day on which the TPM is
 * exchanged or an older version of the product runs.
 *
 * <p><b>What remains.</b> Who can give commands to the TPM <em>and</em> write the medium can
 * undefine the index and delete the records: the device then is as it was new. Who sits on the bus
 * to the TPM can answer in its place. Who raises the counter makes the record worthless: updates
 * stop, and are not rolled back. And the floor keeps older releases from being installed, not from
 * being written into a slot and booted by somebody with a soldering iron: that is the boot loader's
 * to verify.
 */
public final class TpmFloor implements RollbackFloor {

    /** The index of the counter, in the range for owners (TCG Registry of Reserved Handles). */
    public static final int COUNTER_INDEX = 0x018B4B00;

    /** The index of the mark. */
    public static final int MARK_INDEX = 0x018B4B01;

    private static final Logger LOG = LoggerFactory.getLogger(TpmFloor.class);
    private static final String NAME = "update-floor-tpm";

    private final Tpm tpm;
    private final SealedStorage storage;
    private final SealedFloor sealed;

    /** Keeps the record here; the storage's manifest declares {@code update-floor-tpm}. */
    public TpmFloor(Tpm tpm, SealedStorage storage) {
        this.tpm = tpm;
        this.storage = storage;
        this.sealed = new SealedFloor(storage);
    }

    /** A record; the counter's value is unsigned, and only ever compared. */
    private record Bound(long floor, long counter) {

        private static final int BYTES = 2 * Long.BYTES;

        byte[] bytes() {
            return ByteBuffer.allocate(BYTES).putLong(floor).putLong(counter).array();
        }

        static Bound of(byte[] content) throws FloorUnavailable {
            if (content.length != BYTES) {
                throw new FloorUnavailable("the stored record is not one we wrote");
            }
            ByteBuffer in = ByteBuffer.wrap(content);
            Bound bound = new Bound(in.getLong(), in.getLong());
            if (bound.floor() < 0) {
                throw new FloorUnavailable("the stored record has a negative floor");
            }
            return bound;
        }

        boolean countsAt(long value) {
            return counter == value || counter + 1 == value;
        }
    }

    /** The record that counts, and where the counter stands. */
    private record Standing(Bound bound, long counter) {}

    @Override
    public synchronized long floor() throws IOException {
        long kept = inTpm(this::standing).bound().floor();
        // A version of the product that knew no TPM may have raised it since.
        return Math.max(kept, sealed.floor());
    }

    @Override
    public synchronized void raise(long to) throws IOException {
        if (to <= 0) {
            return;
        }
        long floor = Math.max(to, sealed.floor());
        long raised = inTpm(() -> raiseInTpm(floor));
        sealed.raise(raised);
    }

    private long raiseInTpm(long to) throws IOException, InterruptedException {
        Standing now = standing();
        long floor = Math.max(to, now.bound().floor());
        if (now.bound().counter() != now.counter()) {
            write(new Bound(now.bound().floor(), now.counter()));
        }
        increment(now.counter());
        write(new Bound(floor, now.counter() + 1));
        increment(now.counter() + 1);
        return floor;
    }

    private Standing standing() throws IOException, InterruptedException {
        Optional<byte[]> stored = stored();
        CounterState counter = tpm.counter(COUNTER_INDEX);
        boolean marked = tpm.isDefined(MARK_INDEX);
        if (stored.isEmpty()) {
            if (marked || counter instanceof CounterState.Undefined) {
                return begin(counter, marked);
            }
            throw new FloorUnavailable(
                    "its record is gone from the storage, and the %s says that there was one"
                            .formatted(tpm));
        }
        return switch (counter) {
            case CounterState.Undefined() ->
                    throw new FloorUnavailable(
                            "the counter is gone from the %s: it was undefined, cleared or exchanged"
                                    .formatted(tpm));
            case CounterState.Unwritten() ->
                    throw new FloorUnavailable(
                            "the counter in the %s was made anew by somebody else".formatted(tpm));
            case CounterState.At(long value) -> {
                Bound bound = opened(stored.get(), value);
                if (marked) {
                    tpm.undefine(MARK_INDEX);
                }
                yield new Standing(bound, value);
            }
        };
    }

    /** At the first use, or where the power went during it: nothing was raised before. */
    private Standing begin(CounterState found, boolean marked)
            throws IOException, InterruptedException {
        if (!marked) {
            tpm.mark(MARK_INDEX);
        }
        if (found instanceof CounterState.Undefined) {
            tpm.defineCounter(COUNTER_INDEX);
        }
        if (!(found instanceof CounterState.At)) {
            tpm.increment(COUNTER_INDEX);
        }
        if (!(tpm.counter(COUNTER_INDEX) instanceof CounterState.At(long value))) {
            throw new FloorUnavailable("the %s does not count".formatted(tpm));
        }
        Bound first = new Bound(sealed.floor(), value);
        write(first);
        tpm.undefine(MARK_INDEX);
        LOG.info("The rollback floor is {} and kept by the {} from now on", first.floor(), tpm);
        return new Standing(first, value);
    }

    private Optional<byte[]> stored() throws IOException {
        try {
            return storage.read(NAME);
        } catch (SealedStorage.Damaged changed) {
            throw new FloorUnavailable(String.valueOf(changed.getMessage()), changed);
        }
    }

    private Bound opened(byte[] record, long value) throws IOException, InterruptedException {
        byte[] plain = Arrays.copyOf(record, Math.min(record.length, Bound.BYTES));
        Bound bound = Bound.of(plain);
        if (!bound.countsAt(value)) {
            throw new FloorUnavailable(
                    "its record is of counter %d and the %s is at %d: an older copy of the storage was put back"
                            .formatted(bound.counter(), tpm, value));
        }
        byte[] sealedByTpm = Arrays.copyOfRange(record, plain.length, record.length);
        if (!MessageDigest.isEqual(plain, tpm.unseal(sealedByTpm))) {
            throw new FloorUnavailable(
                    "its record in the storage and what the %s sealed of it differ".formatted(tpm));
        }
        return bound;
    }

    private void write(Bound bound) throws IOException, InterruptedException {
        byte[] plain = bound.bytes();
        byte[] sealedByTpm = tpm.seal(plain);
        byte[] record = Arrays.copyOf(plain, plain.length + sealedByTpm.length);
        System.arraycopy(sealedByTpm, 0, record, plain.length, sealedByTpm.length);
        storage.write(NAME, record);
    }

    private void increment(long from) throws IOException, InterruptedException {
        tpm.increment(COUNTER_INDEX);
        CounterState now = tpm.counter(COUNTER_INDEX);
        if (!now.equals(new CounterState.At(from + 1))) {
            throw new FloorUnavailable(
                    "the counter in the %s should stand at %d, and %s: somebody else uses it"
                            .formatted(tpm, from + 1, now));
        }
    }

    private interface Using<T> {
        T use() throws IOException, InterruptedException;
    }

    private <T> T inTpm(Using<T> using) throws IOException {
        try {
            return using.use();
        } catch (TpmFailure refused) {
            throw new FloorUnavailable("%s: %s".formatted(tpm, refused.getMessage()), refused);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            InterruptedIOException told =
                    new InterruptedIOException("the %s was not awaited".formatted(tpm));
            told.initCause(stopped);
            throw told;
        }
    }
}
