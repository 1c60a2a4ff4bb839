/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.input;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One event of the kernel's input subsystem (struct input_event of linux/input.h), without its
 * time, which jumps with the clock.
 *
 * @param type such as {@link #KEY}
 * @param code which key or switch
 * @param value for keys 1 when pressed, 0 when let go, 2 while held; for switches 1 or 0
 */
public record InputEvent(int type, int code, int value) {

    /** The type of events that separate others. */
    public static final int SYN = 0;

    /** The type of keys and buttons. */
    public static final int KEY = 1;

    /** The type of switches, which keep their state. */
    public static final int SWITCH = 5;

    /** The code of a {@link #SYN} event that says that events were lost before it. */
    public static final int SYN_DROPPED = 3;

    /** Before an event stands its time, in two words of the processor. */
    private static final int TIME_BYTES =
            "32".equals(System.getProperty("sun.arch.data.model")) ? 8 : 16;

    /** How long an event is. */
    static final int BYTES = TIME_BYTES + 8;

    /** Reads one event of {@link #BYTES} bytes. */
    static InputEvent read(byte[] bytes) {
        ByteBuffer event =
                ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).position(TIME_BYTES);
        int type = Short.toUnsignedInt(event.getShort());
        int code = Short.toUnsignedInt(event.getShort());
        return new InputEvent(type, code, event.getInt());
    }

    /** Whether the kernel had no room for events that came before this one. */
    public boolean saysThatEventsWereLost() {
        return type == SYN && code == SYN_DROPPED;
    }
}
