/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tamper;

import dev.breakwater.device.input.InputDevice;
import dev.breakwater.device.input.InputEvent;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A switch under the lid, as an input device of Linux. Unlike {@link ValueFileSignal} it misses
 * nothing between two looks: whatever the switch does gives the alarm, and the alarm stays.
 *
 * <pre>{@code
 * InputSwitchSignal lid =
 *         new InputSwitchSignal(Path.of("/dev/input/by-path/platform-lid-event"), 0);
 * }</pre>
 *
 * <p>The switch is described in the device tree so that 1 means open ({@code gpio-keys}, {@code
 * linux,input-type = <5>}; {@code GPIO_ACTIVE_LOW} turns it round). Then a device that is switched
 * on with its lid open gives the alarm at once, since the driver says so to whoever opens the
 * switch first; let nobody else open it (logind takes lids of laptops for itself). Safe for use by
 * many threads.
 */
public final class InputSwitchSignal implements TamperSignal, Closeable {

    private final Path file;
    private final int code;
    private final InputDevice device;
    private volatile boolean moved;

    /**
     * A switch that is watched from now on.
     *
     * @param file the input device
     * @param code the switch's, of linux/input-event-codes.h, such as 0 (SW_LID)
     * @throws IOException if the device cannot be opened
     */
    public InputSwitchSignal(Path file, int code) throws IOException {
        this.file = file;
        this.code = code;
        this.device = InputDevice.open(file, this::happened);
    }

    /** A switch that closes again was open; one of which events were lost has been moved a lot. */
    private void happened(InputEvent event) {
        boolean ours = event.type() == InputEvent.SWITCH && event.code() == code;
        if (ours || event.saysThatEventsWereLost()) {
            moved = true;
        }
    }

    @Override
    public Optional<Tampering> poll() throws IOException {
        if (moved) {
            return Optional.of(
                    new Tampering(
                            Tampering.Kind.ENCLOSURE_OPENED,
                            "the switch %d of %s moved".formatted(code, file.getFileName())));
        }
        device.requireWorking();
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
