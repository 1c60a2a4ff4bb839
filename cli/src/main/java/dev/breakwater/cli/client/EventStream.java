/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/** Reads server-sent events. */
final class EventStream {

    private static final String EVENT = "event: ";
    private static final String DATA = "data: ";
    private static final String ID = "id: ";

    private EventStream() {}

    /** HTML Living Standard, section 9.2.6, as far as our server makes use of it. */
    static void read(InputStream body, LiveEvents events) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        String name = "";
        String data = "";
        String id = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(EVENT)) {
                name = line.substring(EVENT.length());
            } else if (line.startsWith(DATA)) {
                data = line.substring(DATA.length());
            } else if (line.startsWith(ID)) {
                id = line.substring(ID.length());
            } else if (line.isEmpty()) {
                if (!id.isEmpty()) {
                    events.stands(id);
                }
                if (!name.isEmpty() && !events.happened(name, JsonMapper.shared().readTree(data))) {
                    return;
                }
                name = "";
                data = "";
                id = "";
            }
        }
    }
}
