/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import java.util.List;
import java.util.Locale;

/** A number of bytes as people read it: in powers of 1,024 (IEC 80000-13), with one decimal. */
public final class ByteCount {

    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

    private ByteCount() {}

    /**
     * For example {@code 512 bytes} or {@code 4.2 MiB}.
     *
     * @param bytes not negative
     */
    public static String of(long bytes) {
        if (bytes < 1024) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        double amount = bytes;
        int unit = -1;
        // Rounded to one decimal, 1,023.95 would be read as 1,024.0 of the smaller unit.
        while (amount >= 1023.95 && unit + 1 < UNITS.size()) {
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", amount, UNITS.get(Math.max(0, unit)));
    }
}
