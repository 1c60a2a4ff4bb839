/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.wifi;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of nmcli's terse output: fields with colons between them; a colon or backslash within a
 * field has a backslash before it (nmcli(1), options --terse and --escape).
 */
final class TerseLine {

    private TerseLine() {}

    static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean escaped = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (escaped || (c != '\\' && c != ':')) {
                field.append(c);
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else {
                fields.add(field.toString());
                field.setLength(0);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
