/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a product allows its devices.
 *
 * @param schemas what payloads must look like
 * @param payloads how large they may be
 * @param rates how many there may be
 * @param networks where devices may connect from
 * @param connects how often they may
 */
public record ProductRules(
        List<SchemaRule> schemas,
        List<PayloadRule> payloads,
        List<RateRule> rates,
        Optional<NetworkRule> networks,
        Optional<ConnectRule> connects) {

    /** Allows everything. */
    public static final ProductRules NONE =
            new ProductRules(List.of(), List.of(), List.of(), Optional.empty(), Optional.empty());

    /** Copies the lists. */
    public ProductRules {
        schemas = List.copyOf(schemas);
        payloads = List.copyOf(payloads);
        rates = List.copyOf(rates);
    }

    /** One rule; no two of a kind are for the same topic. */
    public sealed interface Rule {

        /** What it does with what it finds. */
        Mode mode();

        /** What it is called wherever it is shown, e.g. {@code schema me/telemetry}. */
        String name();
    }

    /**
     * A payload fits a JSON Schema of draft 2020-12.
     *
     * @param schema refers to nothing outside of itself
     */
    public record SchemaRule(RuledTopic topic, Mode mode, JsonNode schema) implements Rule {
        @Override
        public String name() {
            return "schema " + topic;
        }
    }

    /** A payload has no more bytes than this. */
    public record PayloadRule(RuledTopic topic, Mode mode, int bytesMax) implements Rule {
        @Override
        public String name() {
            return "payload " + topic;
        }
    }

    /** A device publishes no more messages than this in any one window of so many seconds. */
    public record RateRule(RuledTopic topic, Mode mode, int messagesMax, int seconds)
            implements Rule {
        @Override
        public String name() {
            return "rate " + topic;
        }
    }

    /**
     * Somebody comes from one of these networks.
     *
     * @param allowed none allows nobody
     */
    public record NetworkRule(Mode mode, List<SourceNetwork> allowed) implements Rule {
        /** Copies the networks. */
        public NetworkRule {
            allowed = List.copyOf(allowed);
        }

        /** Whether the source is within one of them; what is no address is within none. */
        public boolean allows(String source) {
            return SourceNetwork.address(source)
                    .map(address -> allowed.stream().anyMatch(network -> network.holds(address)))
                    .orElse(false);
        }

        @Override
        public String name() {
            return "networks";
        }
    }

    /** A device connects no more often than this in any one hour. */
    public record ConnectRule(Mode mode, int perHourMax) implements Rule {
        @Override
        public String name() {
            return "connects";
        }
    }
}
