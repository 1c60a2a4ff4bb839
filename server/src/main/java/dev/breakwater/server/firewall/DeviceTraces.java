/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The traces of all devices. The table is bounded: when it is full those go that were quiet, and if
 * there are none, any sixteenth part. That is the least bad: whoever wants to be forgotten by it
 * needs very many devices of their own.
 */
final class DeviceTraces {

    private final int devicesMax;
    private final ConcurrentHashMap<DeviceId, DeviceTrace> traces = new ConcurrentHashMap<>();

    DeviceTraces(int devicesMax) {
        this.devicesMax = devicesMax;
    }

    DeviceTrace of(OrganizationId organization, DeviceId device, ProductId product, long now) {
        DeviceTrace known = traces.get(device);
        if (known != null) {
            return known;
        }
        if (traces.size() >= devicesMax) {
            makeRoom(now);
        }
        return traces.computeIfAbsent(
                device, unseen -> new DeviceTrace(organization, device, product));
    }

    private void makeRoom(long now) {
        traces.values().removeIf(trace -> trace.isQuiet(now));
        Iterator<DeviceTrace> any = traces.values().iterator();
        int tooMany = traces.size() - (devicesMax - Math.max(1, devicesMax / 16));
        while (tooMany-- > 0 && any.hasNext()) {
            any.next();
            any.remove();
        }
    }

    void forget(DeviceId device, String place) {
        DeviceTrace known = traces.get(device);
        if (known != null) {
            known.forget(place);
        }
    }

    List<DeviceTrace.Heard> closeHour(long hourBegan, Predicate<DeviceId> isConnected) {
        List<DeviceTrace.Heard> heard = new ArrayList<>(traces.size());
        traces.forEach(
                (device, trace) -> heard.add(trace.closeHour(hourBegan, isConnected.test(device))));
        return heard;
    }
}
