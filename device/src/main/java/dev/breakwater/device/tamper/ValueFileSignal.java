/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tamper;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A switch as the Linux kernel shows it in a file with one value: {@code
 * /sys/class/gpio/gpio17/value}, {@code /sys/bus/iio/devices/iio:device0/in_illuminance_raw} behind
 * a threshold of its driver, {@code /sys/class/hwmon/hwmon0/intrusion0_alarm}. The value that means
 * calm is named; any other is an alarm.
 *
 * <pre>{@code
 * TamperSignal lid = new ValueFileSignal(Path.of("/sys/class/hwmon/hwmon0/intrusion0_alarm"), "0");
 * }</pre>
 *
 * <p>It is looked at, not waited for: a lid that is opened and closed between two looks goes
 * unnoticed unless the hardware latches it, as {@code intrusion0_alarm} does.
 */
public final class ValueFileSignal implements TamperSignal {

    /** The longest value that is read. */
    private static final int VALUE_BYTES_MAX = 32;

    private final Path file;
    private final String calm;

    /**
     * A signal that is calm as long as a file says so.
     *
     * @param calm the content of the file, without the white space around it, when nothing is wrong
     */
    public ValueFileSignal(Path file, String calm) {
        if (calm.isBlank() || calm.length() > VALUE_BYTES_MAX || !calm.equals(calm.strip())) {
            throw new IllegalArgumentException(
                    "the value that means calm is 1 to %d characters without blanks around it"
                            .formatted(VALUE_BYTES_MAX));
        }
        this.file = file;
        this.calm = calm;
    }

    @Override
    public Optional<Tampering> poll() throws IOException {
        byte[] value;
        try (InputStream in = Files.newInputStream(file)) {
            value = in.readNBytes(VALUE_BYTES_MAX + 1);
        }
        String text = new String(value, US_ASCII).strip();
        if (text.isEmpty()) {
            throw new IOException(file + " is empty, so the switch behind it cannot be told");
        }
        return text.equals(calm)
                ? Optional.empty()
                : Optional.of(
                        new Tampering(
                                Tampering.Kind.ENCLOSURE_OPENED,
                                "%s is not %s".formatted(file.getFileName(), calm)));
    }
}
