/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.input;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A button of an input device.
 *
 * <p>A press that is begun and ended between two questions is not told: what matters here are long
 * ones.
 */
public final class Button implements Closeable {

    private final int code;
    private final InputDevice device;
    private volatile boolean pressed;

    /**
     * A button that is not pressed, as far as is known.
     *
     * @param device such as {@code /dev/input/event0}
     * @param code the button's, of linux/input-event-codes.h, such as 408 (KEY_RESTART)
     * @throws IOException if the device cannot be opened
     */
    public Button(Path device, int code) throws IOException {
        this.code = code;
        this.device = InputDevice.open(device, this::happened);
    }

    private void happened(InputEvent event) {
        if (event.saysThatEventsWereLost()) {
            // Among them may be the end of a press, and nobody is to be erased by mistake.
            pressed = false;
        } else if (event.type() == InputEvent.KEY && event.code() == code) {
            pressed = event.value() != 0;
        }
    }

    /**
     * Whether it is pressed now.
     *
     * @throws IOException if that cannot be told
     */
    public boolean isPressed() throws IOException {
        device.requireWorking();
        return pressed;
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
