/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.protocol.attestation.AttestationPaths;
import dev.breakwater.protocol.attestation.ChallengeAnswer;
import dev.breakwater.protocol.attestation.ChallengeRequest;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.server.attestation.AttestationRefused;
import dev.breakwater.server.attestation.Attestations;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.firewall.Objection;
import dev.breakwater.server.http.Guards;
import dev.breakwater.server.http.Pace;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.http.RequestBody;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.Attesting;
import dev.breakwater.server.identity.AttestingDevice;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;

/**
 * Where a device has its key attested, over a connection that it has authenticated with that key.
 * Whatever is wrong with it or with what it sends, the device reads one and the same refusal.
 */
final class AttestationDesk {

    private static final String WHERE = "est";

    private final Attestations attestations;
    private final DeviceRegistry registry;
    private final Firewall firewall;
    private final Refusals refusals;
    private final Limits limits;

    AttestationDesk(EstListener.Surroundings surroundings, Guards guards) {
        this.attestations = surroundings.attestations();
        this.registry = surroundings.registry();
        this.firewall = surroundings.firewall();
        this.refusals = guards.refusals();
        this.limits = guards.limits();
    }

    EstAnswer challenge(Request request) {
        return serve(
                request,
                (device, body) ->
                        EstAnswer.created(
                                attestations
                                        .challenge(device, ChallengeRequest.parse(body))
                                        .toJson()));
    }

    EstAnswer answer(Request request) {
        return serve(
                request,
                (device, body) -> {
                    attestations.answer(device, ChallengeAnswer.parse(body));
                    return EstAnswer.done();
                });
    }

    private interface Step {
        EstAnswer run(AttestingDevice device, byte[] body)
                throws MalformedMessage, AttestationRefused;
    }

    /** The certificate is judged before a byte of the body is read, and once more after it. */
    private EstAnswer serve(Request request, Step step) {
        if (!HttpMethod.POST.is(request.getMethod())) {
            return EstAnswer.wrongMethod(HttpMethod.POST);
        }
        Optional<X509Certificate> leaf = Peer.certificate(request);
        if (leaf.isEmpty()) {
            return refuse(request, RefusalReason.CERTIFICATE_MISSING, Map.of());
        }
        try {
            return switch (registry.admitToAttest(leaf.get())) {
                case Attesting.Refused(var refused) -> refuse(request, refused);
                case Attesting.Proven(var device) -> admitted(request, leaf.get(), device, step);
            };
        } catch (StorageUnavailable unavailable) {
            return refuse(request, RefusalReason.STORAGE_UNAVAILABLE, Map.of());
        }
    }

    private EstAnswer admitted(
            Request request, X509Certificate leaf, AttestingDevice device, Step step) {
        Optional<Objection> objection =
                firewall.reaching(device.product(), device.id(), Peer.address(request));
        if (objection.isPresent()) {
            return refuse(request, objection.get().reason(), device, objection.get().details());
        }
        return switch (RequestBody.read(
                request, AttestationPaths.REQUEST_BYTES_MAX, Pace.of(limits))) {
            case RequestBody.Complete complete ->
                    switch (registry.admitToAttest(leaf)) {
                        case Attesting.Refused(var refused) -> refuse(request, refused);
                        case Attesting.Proven(var still) ->
                                run(request, still, complete.bytes(), step);
                    };
            case RequestBody.TooLarge _ ->
                    refuse(request, RefusalReason.ATTESTATION_REQUEST_TOO_LARGE, device, Map.of());
            case RequestBody.TooSlow _ ->
                    refuse(request, RefusalReason.REQUEST_TOO_SLOW, device, Map.of());
            case RequestBody.Broken _ ->
                    refuse(request, RefusalReason.ATTESTATION_REQUEST_MALFORMED, device, Map.of());
        };
    }

    private EstAnswer run(Request request, AttestingDevice device, byte[] body, Step step) {
        try {
            return step.run(device, body);
        } catch (MalformedMessage malformed) {
            return refuse(
                    request,
                    RefusalReason.ATTESTATION_REQUEST_MALFORMED,
                    device,
                    Map.of("why", String.valueOf(malformed.getMessage())));
        } catch (AttestationRefused refused) {
            return refuse(request, refused.reason(), device, refused.details());
        }
    }

    private EstAnswer refuse(Request request, Admission.Refused refused) {
        Map<String, String> details = new TreeMap<>(refused.details());
        refused.device().ifPresent(device -> details.put("device", device.toString()));
        return refuse(
                request,
                refused.reason(),
                refused.organization(),
                new Actor.Unproven(Peer.address(request)),
                details);
    }

    private EstAnswer refuse(Request request, RefusalReason reason, Map<String, String> details) {
        return refuse(
                request,
                reason,
                Optional.empty(),
                new Actor.Unproven(Peer.address(request)),
                details);
    }

    private EstAnswer refuse(
            Request request,
            RefusalReason reason,
            AttestingDevice device,
            Map<String, String> details) {
        return refuse(
                request,
                reason,
                Optional.of(device.organization()),
                new Actor.ProvenDevice(device.id()),
                details);
    }

    private EstAnswer refuse(
            Request request,
            RefusalReason reason,
            Optional<OrganizationId> organization,
            Actor actor,
            Map<String, String> details) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("source", Peer.address(request));
        refusals.record(new Refusal(reason, WHERE, organization, actor, all));
        return EstAnswer.refused(reason).asProblem();
    }
}
