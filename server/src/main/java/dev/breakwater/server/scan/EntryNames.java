/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import java.util.List;
import java.util.Optional;

/** What the names in archives would do to whoever unpacks them without a thought. */
final class EntryNames {

    private EntryNames() {}

    private static List<String> steps(String name) {
        return List.of(name.replace('\\', '/').split("/", -1));
    }

    private static boolean isAbsolute(String name) {
        boolean hasDrive =
                name.length() > 1 && name.charAt(1) == ':' && Character.isLetter(name.charAt(0));
        return name.startsWith("/") || name.startsWith("\\") || hasDrive;
    }

    static Optional<Remark.Kind> remark(String name) {
        if (steps(name).contains("..")) {
            return Optional.of(Remark.Kind.ESCAPES);
        }
        return isAbsolute(name) ? Optional.of(Remark.Kind.ABSOLUTE) : Optional.empty();
    }

    /** Whether a link's target lies outside of what it is unpacked into. */
    static boolean leadsOutside(String name, String target) {
        if (isAbsolute(target)) {
            return true;
        }
        int depth = 0;
        List<String> steps = steps(name);
        for (String step : steps.subList(0, steps.size() - 1)) {
            depth += depth(step);
        }
        for (String step : steps(target)) {
            depth += depth(step);
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }

    private static int depth(String step) {
        return switch (step) {
            case "", "." -> 0;
            case ".." -> -1;
            default -> 1;
        };
    }
}
