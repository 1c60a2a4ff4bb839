/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.firewall.ProductRules.ConnectRule;
import dev.breakwater.server.firewall.ProductRules.RateRule;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the firewall remembers of one device, across its connections: a few counts and a few names
 * of networks. Thread-safe; nothing here waits. Times are milliseconds since 1970.
 */
final class DeviceTrace {

    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    /** Within this time connects are "in turn". */
    private static final long SHORT_MILLIS = Duration.ofMinutes(10).toMillis();

    private static final int PLACES_MAX = 8;
    private static final int VISITS = 4;
    private static final int RATES_MAX = 64;

    private final OrganizationId organization;
    private final DeviceId device;
    private final ProductId product;
    private final Map<RateRule, Window> rates = new HashMap<>(0);
    private final ArrayDeque<String> places = new ArrayDeque<>(2);
    private final ArrayDeque<Visit> visits = new ArrayDeque<>(VISITS);
    private final Window connects = new Window();
    private long connectedAt;
    private long messages;
    private long lastAt;

    private record Visit(String place, String source, long at) {}

    /** Counts within a time that begins with the first thing that is counted. */
    private static final class Window {
        private long began;
        private int count;

        /** How many there are, this one not included. */
        int before(long now, long lengthMillis) {
            if (now - began >= lengthMillis || now < began) {
                began = now;
                count = 0;
            }
            return count;
        }
    }

    /** How much a device has told in an hour. */
    record Heard(
            OrganizationId organization,
            DeviceId device,
            ProductId product,
            long messages,
            boolean wholeHour) {}

    DeviceTrace(OrganizationId organization, DeviceId device, ProductId product) {
        this.organization = organization;
        this.device = device;
        this.product = product;
    }

    synchronized void message(long now) {
        messages++;
        lastAt = now;
    }

    /** Whether one more message keeps to the rule. */
    synchronized boolean keepsTo(RateRule rule, long now) {
        if (rates.size() >= RATES_MAX) {
            // Rules that have changed many times; a window begins anew at worst.
            rates.clear();
        }
        Window window = rates.computeIfAbsent(rule, unseen -> new Window());
        if (window.before(now, rule.seconds() * 1_000L) >= rule.messagesMax()) {
            return false;
        }
        window.count++;
        return true;
    }

    /** How long the device has to wait if one more connect does not keep to the rule. */
    synchronized Optional<Duration> waitFor(ConnectRule rule, long now) {
        if (connects.before(now, HOUR_MILLIS) >= rule.perHourMax()) {
            return Optional.of(Duration.ofMillis(connects.began + HOUR_MILLIS - now));
        }
        return Optional.empty();
    }

    /** Whether this place is one that was noted for the device already. */
    synchronized boolean connected(String place, String source, long now) {
        boolean first = connects.before(now, HOUR_MILLIS) == 0;
        connects.count = first ? 1 : connects.count + 1;
        connectedAt = now;
        lastAt = now;
        if (visits.size() == VISITS) {
            visits.remove();
        }
        visits.add(new Visit(place, source, now));
        return places.contains(place);
    }

    /** The place was noted. */
    synchronized void noted(String place) {
        if (places.size() == PLACES_MAX) {
            places.remove();
        }
        places.add(place);
    }

    /** It could not be stored, so it will have to be noted again. */
    synchronized void forget(String place) {
        places.remove(place);
    }

    /** The two sources of the last four connects if they went A, B, A, B within a short time. */
    synchronized Optional<List<String>> sourcesInTurn() {
        if (visits.size() < VISITS) {
            return Optional.empty();
        }
        List<Visit> last = List.copyOf(visits);
        Visit one = last.get(VISITS - 2);
        Visit other = last.get(VISITS - 1);
        boolean inTurn =
                !one.place.equals(other.place)
                        && last.get(0).place.equals(one.place)
                        && last.get(1).place.equals(other.place)
                        && other.at - last.get(0).at <= SHORT_MILLIS;
        return inTurn ? Optional.of(List.of(one.source, other.source)) : Optional.empty();
    }

    /** What was heard in the hour that ends; begins the next one. */
    synchronized Heard closeHour(long hourBegan, boolean isConnected) {
        boolean wholeHour = isConnected && connectedAt > 0 && connectedAt <= hourBegan;
        Heard heard = new Heard(organization, device, product, messages, wholeHour);
        messages = 0;
        return heard;
    }

    synchronized boolean isQuiet(long now) {
        return now - lastAt > 2 * HOUR_MILLIS;
    }
}
