/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.guidance;

import dev.breakwater.server.guidance.KeptItem.Sensitivity;
import dev.breakwater.server.guidance.OwnerGuidance.Partner;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Guidance as JSON, which is its form in the API and in the store. What the API's document says of
 * it, such as lengths, is checked before; here is what a schema cannot say.
 */
public final class GuidanceText {

    private static final String DATE = "is a date such as 2031-12-31";

    private GuidanceText() {}

    /**
     * Reads guidance.
     *
     * @throws GuidanceRefused naming the member that cannot be taken
     */
    public static OwnerGuidance read(JsonNode json) throws GuidanceRefused {
        Optional<MakerLink> moreAt = member(json, "moreAt", MakerLink::new);
        if (moreAt.filter(link -> !link.isWebPage()).isPresent()) {
            throw new GuidanceRefused("/moreAt", "is an address such as https://example.org/tank");
        }
        return new OwnerGuidance(
                text(json, "language"),
                text(json, "name"),
                text(json, "maker"),
                keeps(json),
                talksTo(json),
                member(json, "supportedUntil", GuidanceText::date),
                text(json, "guarding"),
                text(json, "erasingByHand"),
                member(json, "securityContact", MakerLink::new),
                moreAt);
    }

    private static Optional<List<KeptItem>> keeps(JsonNode json) throws GuidanceRefused {
        if (!json.has("keeps")) {
            return Optional.empty();
        }
        List<KeptItem> items = new ArrayList<>();
        for (JsonNode item : json.path("keeps")) {
            String at = "/keeps/" + items.size();
            try {
                items.add(
                        new KeptItem(
                                item.path("name").asString(""),
                                item.path("purpose").asString(""),
                                Sensitivity.of(item.path("sensitivity").asString("")),
                                text(item, "retention").map(GuidanceText::duration)));
            } catch (IllegalArgumentException refused) {
                throw new GuidanceRefused(at + "/retention", String.valueOf(refused.getMessage()));
            }
        }
        return Optional.of(items);
    }

    private static Optional<List<Partner>> talksTo(JsonNode json) {
        if (!json.has("talksTo")) {
            return Optional.empty();
        }
        return Optional.of(
                json.path("talksTo")
                        .valueStream()
                        .map(
                                partner ->
                                        new Partner(
                                                partner.path("who").asString(""),
                                                text(partner, "host"),
                                                partner.path("purpose").asString("")))
                        .toList());
    }

    private static Optional<String> text(JsonNode json, String member) {
        return json.has(member) ? Optional.of(json.path(member).asString("")) : Optional.empty();
    }

    private static <T> Optional<T> member(JsonNode json, String member, Function<String, T> read)
            throws GuidanceRefused {
        try {
            return text(json, member).map(read);
        } catch (IllegalArgumentException refused) {
            throw new GuidanceRefused("/" + member, String.valueOf(refused.getMessage()));
        }
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException none) {
            throw new IllegalArgumentException(DATE, none);
        }
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException none) {
            throw new IllegalArgumentException("is a time such as P30D or PT12H", none);
        }
    }

    /** Writes guidance; what is not stated is left out. */
    public static ObjectNode of(OwnerGuidance guidance) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        guidance.language().ifPresent(tag -> json.put("language", tag));
        guidance.name().ifPresent(name -> json.put("name", name));
        guidance.maker().ifPresent(maker -> json.put("maker", maker));
        guidance.keeps().ifPresent(items -> items(json.putArray("keeps"), items));
        guidance.talksTo().ifPresent(partners -> partners(json.putArray("talksTo"), partners));
        guidance.supportedUntil().ifPresent(day -> json.put("supportedUntil", day.toString()));
        guidance.guarding().ifPresent(text -> json.put("guarding", text));
        guidance.erasingByHand().ifPresent(text -> json.put("erasingByHand", text));
        guidance.securityContact().ifPresent(link -> json.put("securityContact", link.text()));
        guidance.moreAt().ifPresent(link -> json.put("moreAt", link.text()));
        return json;
    }

    private static void items(ArrayNode array, List<KeptItem> items) {
        for (KeptItem item : items) {
            ObjectNode written =
                    array.addObject()
                            .put("name", item.name())
                            .put("purpose", item.purpose())
                            .put("sensitivity", item.sensitivity().code());
            item.retention().ifPresent(kept -> written.put("retention", kept.toString()));
        }
    }

    private static void partners(ArrayNode array, List<Partner> partners) {
        for (Partner partner : partners) {
            ObjectNode written = array.addObject().put("who", partner.who());
            partner.host().ifPresent(host -> written.put("host", host));
            written.put("purpose", partner.purpose());
        }
    }
}
