/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.update.slot.Artifact;
import dev.breakwater.device.update.slot.Slot;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Keeps the {@link UpdateMemory} in sealed storage. */
final class UpdateMemoryStore {

    private static final Logger LOG = LoggerFactory.getLogger(UpdateMemoryStore.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String NAME = "update";

    private final SealedStorage storage;

    UpdateMemoryStore(SealedStorage storage) {
        this.storage = storage;
    }

    /**
     * What cannot be read is forgotten: an update can be begun anew, and which slot boots is
     * elsewhere.
     */
    UpdateMemory read() throws IOException {
        try {
            Optional<byte[]> stored = storage.read(NAME);
            return stored.isPresent() ? decode(stored.get()) : UpdateMemory.empty();
        } catch (SealedStorage.Damaged
                | JacksonException
                | DateTimeException
                | IllegalArgumentException unreadable) {
            LOG.warn("What the updater remembered cannot be read; it begins anew", unreadable);
            return UpdateMemory.empty();
        }
    }

    void write(UpdateMemory memory) throws IOException {
        ObjectNode object = JSON.createObjectNode().put("nextReport", memory.nextReport());
        if (memory.floorOwed() > 0) {
            object.put("floorOwed", memory.floorOwed());
        }
        memory.attempt().ifPresent(attempt -> object.set("attempt", node(attempt)));
        ArrayNode reports = object.putArray("reports");
        for (UpdateReport report : memory.reports()) {
            reports.addObject()
                    .put("number", report.number())
                    .put("version", report.version())
                    .put("releaseCounter", report.releaseCounter())
                    .put("end", report.end().name())
                    .put("reason", report.reason())
                    .put("at", report.at().toString());
        }
        storage.write(NAME, JSON.writeValueAsBytes(object));
    }

    private static ObjectNode node(Attempt attempt) {
        InstallationOrder order = attempt.order();
        return JSON.createObjectNode()
                .put("version", order.version())
                .put("path", order.artifact().path())
                .put("lengthBytes", order.artifact().lengthBytes())
                .put("sha256", order.artifact().sha256())
                .put("releaseCounter", order.releaseCounter())
                .put("rollbackFloor", order.rollbackFloor())
                .put("slot", attempt.slot().code())
                .put("phase", attempt.phase().name())
                .put("bytes", attempt.bytes())
                .put("failure", attempt.failure());
    }

    private static UpdateMemory decode(byte[] stored) {
        JsonNode object = JSON.readTree(stored);
        List<UpdateReport> reports = new ArrayList<>();
        for (JsonNode report : object.path("reports").values()) {
            reports.add(
                    new UpdateReport(
                            report.path("number").asLong(),
                            report.path("version").asString(),
                            report.path("releaseCounter").asLong(),
                            UpdateReport.End.valueOf(report.path("end").asString()),
                            report.path("reason").asString(),
                            Instant.parse(report.path("at").asString())));
        }
        Optional<Attempt> attempt =
                object.has("attempt")
                        ? Optional.of(attempt(object.path("attempt")))
                        : Optional.empty();
        return new UpdateMemory(
                attempt,
                reports,
                object.path("nextReport").asLong(),
                object.path("floorOwed").asLong(0));
    }

    private static Attempt attempt(JsonNode node) {
        // It was vouched for when it was stored, and what is stored is sealed.
        InstallationOrder order =
                InstallationOrder.vouchedFor(
                        node.path("version").asString(),
                        new Artifact(
                                node.path("path").asString(),
                                node.path("lengthBytes").asLong(),
                                node.path("sha256").asString()),
                        node.path("releaseCounter").asLong(),
                        node.path("rollbackFloor").asLong());
        return new Attempt(
                order,
                Slot.ofCode(node.path("slot").asString())
                        .orElseThrow(() -> new IllegalArgumentException("no such slot")),
                Attempt.Phase.valueOf(node.path("phase").asString()),
                node.path("bytes").asLong(),
                node.path("failure").asString());
    }
}
