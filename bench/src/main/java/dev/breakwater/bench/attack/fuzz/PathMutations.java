/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import dev.breakwater.bench.attack.wire.Request;
import java.util.List;
import java.util.Locale;

/** Other spellings of a path, which two readers could take for two different things. */
final class PathMutations {

    private static final String API = "/api/v1/";

    private final Contract.Operation operation;
    private final Request sound;
    private final Collected collected;

    PathMutations(Contract.Operation operation, Request sound) {
        this.operation = operation;
        this.sound = sound;
        this.collected = new Collected(operation);
    }

    List<Attempt> all() {
        String path = sound.target();
        String last = path.substring(path.lastIndexOf('/') + 1);
        String before = path.substring(0, path.length() - last.length());
        // Pages for people lie outside the API's own root.
        String root = path.startsWith(API) ? API : "/";
        String rest = path.substring(root.length());
        at("dot segment", root + "./" + rest);
        at("parent segment", root + "x/../" + rest);
        at("encoded dots", root + "x/%2e%2e/" + rest);
        at("dots encoded twice", root + "x/%252e%252e/" + rest);
        at("encoded slash", before.substring(0, before.length() - 1) + "%2f" + last);
        at("backslash", before.substring(0, before.length() - 1) + "\\" + last);
        at("overlong slash", before.substring(0, before.length() - 1) + "%c0%af" + last);
        at("overlong dots", root + "%c0%ae%c0%ae/v1/" + rest);
        at("path parameter", path + ";jsessionid=1");
        at("path parameter of dots", root + "x/..;/" + rest);
        at(
                "encoded letter",
                before + "%" + Integer.toHexString(last.charAt(0)) + last.substring(1));
        at("doubled slash", "/" + path);
        at("trailing slash", path + "/");
        at("encoded end of text", path + "%00");
        at("encoded end of line", path + "%0d%0aX-Injected:%201");
        at("upper case", path.toUpperCase(Locale.ROOT));
        at("suffix of a type", path + ".json");
        at("path of 4 kB", path + "/" + "a".repeat(4_096));
        at("fragment", path + "#x");
        for (Contract.Parameter parameter : operation.in("path")) {
            variable(parameter);
        }
        return collected.all();
    }

    private void variable(Contract.Parameter parameter) {
        for (String value :
                List.of(
                        "1",
                        "-1",
                        "null",
                        "0x1f",
                        "'%20OR%201=1--",
                        "..%2f..%2fetc%2fpasswd",
                        "$%7Bjndi:ldap:%2F%2Flocalhost%7D",
                        "%3Cscript%3E",
                        "a".repeat(300))) {
            at(
                    "id of another form",
                    operation
                            .path()
                            .replace("{" + parameter.name() + "}", value)
                            .replaceAll("\\{[A-Za-z]+}", "0"));
        }
    }

    private void at(String kind, String target) {
        collected.refused(kind, sound.at(target));
    }
}
