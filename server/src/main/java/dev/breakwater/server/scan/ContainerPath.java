/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where something is, from the file that was scanned down to the innermost entry. Compression alone
 * adds no step: {@code image.tar.gz » rootfs.cpio » etc/ssl/key.pem}.
 *
 * @param steps names as they stand in their containers, cut and without control characters
 */
public record ContainerPath(List<String> steps) {

    private static final int NAME_MAX = 255;
    private static final String BETWEEN = " » ";

    /** Copies the list. */
    public ContainerPath {
        steps = List.copyOf(steps);
    }

    static ContainerPath of(String name) {
        return new ContainerPath(List.of(printable(name)));
    }

    ContainerPath with(String name) {
        List<String> longer = new ArrayList<>(steps);
        longer.add(printable(name));
        return new ContainerPath(longer);
    }

    /** The innermost name, which is what rules about paths look at. */
    public String name() {
        return steps.getLast();
    }

    /** All but the name of the file itself, which changes from release to release. */
    String inside() {
        return steps.stream().skip(1).collect(Collectors.joining(BETWEEN));
    }

    private static String printable(String name) {
        String shown = name.replaceAll("[\\p{Cntrl}\\p{Cf}»]", "?");
        return shown.length() <= NAME_MAX
                ? shown
                : shown.substring(0, NAME_MAX / 2) + "…" + shown.substring(shown.length() - 64);
    }

    /** For people. */
    @Override
    public String toString() {
        return String.join(BETWEEN, steps);
    }
}
