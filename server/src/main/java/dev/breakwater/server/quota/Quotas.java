/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the devices of this server use. Thread-safe; nothing here waits for anything.
 *
 * <p>The table is bounded. A device is forgotten when it is not connected, its buckets are full and
 * its trouble is over; when there are too many that are none of it, those that are not connected
 * go. That is the least bad: whoever wants to be forgotten by it needs very many devices of their
 * own.
 */
public final class Quotas {

    /** For how long trouble is shown after its end. */
    private static final Duration MEMORY = Duration.ofHours(1);

    /** Below this nothing is gained by forgetting. */
    private static final int WORTH_TIDYING = 1_024;

    /** Products with terms of their own that are kept ready; beyond, they are made again. */
    private static final int TERMS_MAX = 10_000;

    private final Limits limits;
    private final Moment.Source moments;
    private final int devicesMax;
    private final ConcurrentHashMap<DeviceId, DeviceUsage> devices = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<QuotaProfile, QuotaTerms> terms = new ConcurrentHashMap<>();

    /** How many devices there may be before the table is tidied again. */
    private final AtomicInteger tidyAbove = new AtomicInteger(WORTH_TIDYING);

    /** Nobody has used anything yet. */
    public Quotas(Limits limits, Moment.Source moments) {
        this.limits = limits;
        this.moments = moments;
        this.devicesMax = limits.of(Limit.DEVICES_REMEMBERED);
    }

    /** What is in force for devices of this profile. */
    public QuotaTerms terms(QuotaProfile profile) {
        QuotaTerms ready = terms.get(profile);
        if (ready != null) {
            return ready;
        }
        QuotaTerms made = QuotaTerms.of(profile, limits);
        if (terms.size() < TERMS_MAX) {
            terms.put(profile, made);
        }
        return made;
    }

    /** Asks for one more connection; says how long the device has to wait if it gets none. */
    public Optional<Duration> connect(DeviceId device, QuotaProfile profile) {
        return usage(device).connect(terms(profile), moments.now());
    }

    /** What this device has used; the beginning of it, if nothing is known. */
    public DeviceUsage usage(DeviceId device) {
        DeviceUsage known = devices.get(device);
        if (known != null) {
            return known;
        }
        if (devices.size() >= Math.min(tidyAbove.get(), devicesMax)) {
            tidy();
        }
        return devices.computeIfAbsent(device, unseen -> new DeviceUsage());
    }

    /** How long the device has to wait before it is let in again. */
    public Optional<Duration> waits(DeviceId device) {
        return Optional.ofNullable(devices.get(device)).flatMap(it -> it.waits(moments.now()));
    }

    /** Remembers what a device was refused, for whoever looks at it. */
    public void noteRefused(DeviceId device, RefusalReason reason) {
        usage(device).refused(reason, moments.now());
    }

    /** How things stand with a device. */
    public UsageReport report(DeviceId device, QuotaProfile profile) {
        DeviceUsage known = devices.get(device);
        return known == null ? UsageReport.NOTHING : known.report(terms(profile), moments.now());
    }

    /** The connected devices that send most at this moment, the one with most bytes first. */
    public List<DeviceLoad> heaviest(int countMax) {
        Moment now = moments.now();
        return devices.entrySet().stream()
                .flatMap(entry -> entry.getValue().load(entry.getKey(), now).stream())
                .filter(load -> load.packetsPerSecond() > 0)
                .sorted(Comparator.comparingDouble(DeviceLoad::bytesPerSecond).reversed())
                .limit(countMax)
                .toList();
    }

    /** The present moment, as all use is counted. */
    public Moment now() {
        return moments.now();
    }

    /** Devices that are remembered. */
    public int devices() {
        return devices.size();
    }

    /** Each tidying pays for itself: the next one comes when the table has doubled. */
    private void tidy() {
        Moment now = moments.now();
        devices.values().removeIf(usage -> usage.isAtRest(MEMORY, now));
        if (devices.size() >= devicesMax) {
            devices.values().removeIf(usage -> !usage.isConnected());
        }
        tidyAbove.set(Math.max(WORTH_TIDYING, 2 * devices.size()));
    }
}
