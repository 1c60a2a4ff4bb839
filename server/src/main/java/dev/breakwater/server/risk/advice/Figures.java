/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/** The numbers of {@code figures.json}, where each stands with its source and nowhere else. */
record Figures(List<Figure> figures) {

    /** Copies the figures. */
    Figures {
        figures = List.copyOf(figures);
    }

    static Figures read() {
        try (InputStream json =
                Objects.requireNonNull(Figures.class.getResourceAsStream("figures.json"))) {
            return JsonMapper.shared().readValue(json, Figures.class);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the figures cannot be read", unreadable);
        }
    }

    double value(String name) {
        return figures.stream()
                .filter(figure -> figure.name().equals(name))
                .mapToDouble(Figure::value)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no figure " + name));
    }
}
