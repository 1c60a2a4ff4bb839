/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import java.util.Optional;

/** One of the two places that a version of the device's software can lie in. */
public enum Slot {
    /** The first, which the factory fills. */
    A("a"),

    /** The second, which the first update fills. */
    B("b");

    private final String code;

    Slot(String code) {
        this.code = code;
    }

    /** How it is written in records and paths: {@code a} or {@code b}. */
    public String code() {
        return code;
    }

    /** The one that this is not. */
    public Slot other() {
        return this == A ? B : A;
    }

    /** The slot that is written so, if one is. */
    public static Optional<Slot> ofCode(String code) {
        return switch (code) {
            case "a" -> Optional.of(A);
            case "b" -> Optional.of(B);
            default -> Optional.empty();
        };
    }
}
