/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The choice as variables of U-Boot's environment, in its redundant form: two copies of a fixed
 * size, each a CRC-32 (little endian), a serial byte and NUL-terminated {@code name=value} strings.
 * A write replaces the older copy, so the newer one is whole whatever happens. Other variables are
 * kept as they are. {@code fw_printenv} reads the same bytes.
 *
 * <pre>
 * breakwater_slot=a
 * breakwater_trial=b
 * breakwater_boots=2
 * </pre>
 *
 * <p>The boot script counts {@code breakwater_boots} down and saves it before it boots the trial;
 * docs/how-to/update-slots.md has one. One process at a time may write.
 */
public final class UbootEnvironment implements BootSelector {

    /** The largest environment; U-Boot's own are 8 to 128 KiB. */
    public static final int SIZE_BYTES_MAX = 1 << 20;

    private static final String CONFIRMED = "breakwater_slot";
    private static final String TRIAL = "breakwater_trial";
    private static final String BOOTS = "breakwater_boots";
    private static final int CRC_BYTES = 4;
    private static final int HEADER_BYTES = CRC_BYTES + 1;

    private final List<Copy> copies;
    private final int sizeBytes;
    private final Map<String, String> defaults;

    /**
     * Where a copy lies.
     *
     * @param device a file or block device; both copies may be on one
     * @param offset in bytes
     */
    public record Copy(Path device, long offset) {}

    /** A copy whose checksum is right. */
    private record Whole(int index, int serial, Map<String, String> variables) {}

    /**
     * The environment in two copies.
     *
     * @param sizeBytes of each copy, as in {@code fw_env.config}
     * @param defaults what U-Boot was compiled with. Written if neither copy can be read; without
     *     them nothing is written then, since an environment that says only which slot to boot
     *     would not boot at all, while U-Boot itself falls back to what it was compiled with
     */
    public UbootEnvironment(Copy first, Copy second, int sizeBytes, Map<String, String> defaults) {
        if (sizeBytes <= HEADER_BYTES + 2 || sizeBytes > SIZE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "an environment has 8 to %d bytes, not %d"
                            .formatted(SIZE_BYTES_MAX, sizeBytes));
        }
        this.copies = List.of(first, second);
        this.sizeBytes = sizeBytes;
        this.defaults = Map.copyOf(defaults);
    }

    @Override
    public Optional<BootChoice> read() throws IOException {
        return newest().flatMap(whole -> choice(whole.variables()));
    }

    @Override
    public void write(BootChoice choice) throws IOException {
        Optional<Whole> newest = newest();
        if (newest.isEmpty() && defaults.isEmpty()) {
            throw new IOException(
                    "neither copy of the boot environment can be read: run saveenv in U-Boot, or give the updater its defaults");
        }
        Map<String, String> variables =
                new LinkedHashMap<>(newest.map(Whole::variables).orElse(defaults));
        variables.put(CONFIRMED, choice.confirmed().code());
        variables.remove(TRIAL);
        variables.remove(BOOTS);
        choice.trial()
                .ifPresent(
                        trial -> {
                            variables.put(TRIAL, trial.slot().code());
                            variables.put(BOOTS, Integer.toString(trial.bootsLeft()));
                        });
        int older = newest.map(whole -> 1 - whole.index()).orElse(0);
        int serial = newest.map(whole -> (whole.serial() + 1) & 0xff).orElse(1);
        put(copies.get(older), encode(variables, serial));
    }

    private static void put(Copy copy, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(copy.device(), WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                int _ = channel.write(left, copy.offset() + left.position());
            }
            channel.force(true);
        }
    }

    private byte[] encode(Map<String, String> variables, int serial) throws IOException {
        StringBuilder text = new StringBuilder();
        variables.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\0'));
        byte[] strings = text.append('\0').toString().getBytes(ISO_8859_1);
        if (strings.length > sizeBytes - HEADER_BYTES) {
            throw new IOException(
                    "the boot environment has room for %d bytes, not %d"
                            .formatted(sizeBytes - HEADER_BYTES, strings.length));
        }
        byte[] padded = Arrays.copyOf(strings, sizeBytes - HEADER_BYTES);
        return ByteBuffer.allocate(sizeBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc(padded))
                .put((byte) serial)
                .put(padded)
                .array();
    }

    private Optional<Whole> newest() throws IOException {
        Optional<Whole> first = whole(0);
        Optional<Whole> second = whole(1);
        if (first.isEmpty() || second.isEmpty()) {
            return first.isPresent() ? first : second;
        }
        // Serials run over from 255 to 0; of two equal ones U-Boot takes the first.
        int ahead = (byte) (first.get().serial() - second.get().serial());
        return ahead >= 0 ? first : second;
    }

    private Optional<Whole> whole(int index) throws IOException {
        byte[] content = new byte[sizeBytes];
        ByteBuffer target = ByteBuffer.wrap(content);
        Copy copy = copies.get(index);
        try (FileChannel channel = FileChannel.open(copy.device(), READ)) {
            while (target.hasRemaining()) {
                if (channel.read(target, copy.offset() + target.position()) < 0) {
                    return Optional.empty();
                }
            }
        }
        byte[] strings = Arrays.copyOfRange(content, HEADER_BYTES, sizeBytes);
        int crc = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt();
        return crc == (int) crc(strings)
                ? Optional.of(new Whole(index, content[CRC_BYTES] & 0xff, variables(strings)))
                : Optional.empty();
    }

    private static Map<String, String> variables(byte[] strings) {
        Map<String, String> variables = new LinkedHashMap<>();
        int start = 0;
        for (int end = 0; end < strings.length; end++) {
            if (strings[end] != 0) {
                continue;
            }
            if (end == start) {
                break;
            }
            String variable = new String(strings, start, end - start, ISO_8859_1);
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
            start = end + 1;
        }
        return variables;
    }

    private static Optional<BootChoice> choice(Map<String, String> variables) {
        Optional<Slot> confirmed = Slot.ofCode(variables.getOrDefault(CONFIRMED, ""));
        @Nullable String trial = variables.get(TRIAL);
        if (confirmed.isEmpty() || trial == null || trial.isEmpty()) {
            return confirmed.map(BootChoice::of);
        }
        String boots = variables.getOrDefault(BOOTS, "");
        boolean sound =
                Slot.ofCode(trial).equals(Optional.of(confirmed.get().other()))
                        && boots.length() == 1
                        && Character.digit(boots.charAt(0), 10) >= 0;
        // A trial that cannot be understood is none: the confirmed slot is the safe one.
        return Optional.of(
                sound
                        ? BootChoice.of(confirmed.get()).withTrial(Integer.parseInt(boots))
                        : BootChoice.of(confirmed.get()));
    }

    private static long crc(byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(data);
        return crc.getValue();
    }
}
