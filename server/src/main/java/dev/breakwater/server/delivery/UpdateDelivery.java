/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import dev.breakwater.protocol.update.offer.UpdateFile;
import dev.breakwater.protocol.update.offer.UpdatePaths;
import dev.breakwater.server.artifact.StoredArtifact;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.delivery.DownloadPlaces.Wish;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.firewall.Objection;
import dev.breakwater.server.http.Guards;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.http.RequestPlace;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of updates at the devices' HTTPS port. In order: the certificate at the registry, the
 * networks of the product, the name, the file, the conditions and the range of the request, a place
 * among the downloads; only then a byte is read.
 */
public final class UpdateDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(UpdateDelivery.class);

    private static final String PATHS = "/updates/";

    /** The listener's name: it is one gate, whatever is asked of it. */
    private static final String WHERE = "est";

    private final DeviceRegistry registry;
    private final Firewall firewall;
    private final UpdateFiles files;
    private final Refusals refusals;
    private final Limits limits;
    private final DownloadPlaces places;

    /** Asks these. */
    public UpdateDelivery(
            DeviceRegistry registry, Firewall firewall, UpdateFiles files, Guards guards) {
        this.registry = registry;
        this.firewall = firewall;
        this.files = files;
        this.refusals = guards.refusals();
        this.limits = guards.limits();
        this.places =
                new DownloadPlaces(
                        guards.limits(),
                        DownloadPlaces.Most.OF_DEVICES,
                        System::nanoTime,
                        ReturnSpread::chance);
    }

    /** Whether a request is one for a file of an update. */
    public static boolean serves(Request request) {
        return Request.getPathInContext(request).startsWith(PATHS);
    }

    /** Answers it. Blocks until the answer is taken. */
    public void answer(Request request, Response response, Callback callback) {
        try {
            Optional<X509Certificate> leaf = Peer.certificate(request);
            Reply reply =
                    leaf.isEmpty()
                            ? refused(
                                    request,
                                    RefusalReason.CERTIFICATE_MISSING,
                                    Optional.empty(),
                                    new Actor.Unproven(Peer.address(request)),
                                    Map.of())
                            : to(request, leaf.get());
            reply.write(request, response, callback);
        } catch (StorageUnavailable unavailable) {
            LOG.warn("an update's file cannot be read", unavailable);
            refused(
                            request,
                            RefusalReason.STORAGE_UNAVAILABLE,
                            Optional.empty(),
                            new Actor.Unproven(Peer.address(request)),
                            Map.of())
                    .write(request, response, callback);
        }
    }

    private Reply to(Request request, X509Certificate leaf) {
        return switch (registry.admit(leaf)) {
            case Admission.Refused refused -> {
                Map<String, String> details = new TreeMap<>(refused.details());
                refused.device().ifPresent(device -> details.put("device", device.toString()));
                yield refused(
                        request,
                        refused.reason(),
                        refused.organization(),
                        new Actor.Unproven(Peer.address(request)),
                        details);
            }
            case Admission.Admitted(var device) -> {
                Optional<Objection> objection = firewall.reaching(device, Peer.address(request));
                yield objection.isPresent()
                        ? refused(
                                request,
                                objection.get().reason(),
                                device,
                                objection.get().details())
                        : to(request, leaf, device);
            }
        };
    }

    /** Confirmed, and looked up anew behind that: from here on its generation is in use. */
    private Reply to(Request request, X509Certificate leaf, AuthenticatedDevice device) {
        if (!registry.confirm(device)
                || !(registry.admit(leaf) instanceof Admission.Admitted(var confirmed))) {
            return refused(request, RefusalReason.DOWNLOAD_ENDED, device, Map.of());
        }
        Optional<UpdateFile> file = file(request);
        if (file.isEmpty()) {
            return Reply.notFound();
        }
        return switch (file.get()) {
            case UpdateFile.Metadata metadata ->
                    HttpMethod.GET.is(request.getMethod())
                            // A client that follows a repository asks for what is not there yet.
                            ? files.metadata(confirmed, metadata)
                                    .map(bytes -> Reply.metadata(metadata.file(), bytes))
                                    .orElseGet(Reply::notFound)
                            : Reply.wrongMethod("GET");
            case UpdateFile.Artifact artifact ->
                    HttpMethod.GET.is(request.getMethod())
                                    || HttpMethod.HEAD.is(request.getMethod())
                            ? artifact(request, confirmed, artifact)
                            : Reply.wrongMethod("GET, HEAD");
        };
    }

    /** By the bytes of the path as they came: nothing in a name is decoded. */
    private static Optional<UpdateFile> file(Request request) {
        String path = request.getHttpURI().getPath();
        if (request.getHttpURI().getQuery() != null || path == null || !path.startsWith(PATHS)) {
            return Optional.empty();
        }
        try {
            UpdateFile file = UpdateFile.of(path.substring(PATHS.length()));
            return path.equals(
                            switch (file) {
                                case UpdateFile.Metadata(var name) -> UpdatePaths.metadata(name);
                                case UpdateFile.Artifact(var hash) -> UpdatePaths.artifact(hash);
                            })
                    ? Optional.of(file)
                    : Optional.empty();
        } catch (IllegalArgumentException noName) {
            return Optional.empty();
        }
    }

    private Reply artifact(Request request, AuthenticatedDevice device, UpdateFile.Artifact file) {
        Optional<StoredArtifact> found = files.artifact(device, file);
        if (found.isEmpty()) {
            return refused(
                    request,
                    RefusalReason.UPDATE_FILE_UNKNOWN,
                    device,
                    Map.of("artifact", file.sha256()));
        }
        StoredArtifact artifact = found.get();
        ArtifactHead head = new ArtifactHead(artifact);
        return switch (head.judge(request)) {
            case ArtifactHead.Verdict.NotModified _ -> Reply.notModified(head);
            case ArtifactHead.Verdict.PreconditionFailed _ -> Reply.preconditionFailed();
            case ArtifactHead.Verdict.Send(var range) ->
                    switch (range) {
                        case ByteRange.Unsatisfiable _ -> {
                            refuse(
                                    request,
                                    RefusalReason.DOWNLOAD_RANGE_REFUSED,
                                    device,
                                    Map.of("artifact", file.sha256()));
                            yield Reply.unsatisfiable(artifact.length());
                        }
                        case ByteRange.Whole _ -> body(request, device, head, Optional.empty());
                        case ByteRange.Part part -> body(request, device, head, Optional.of(part));
                    };
        };
    }

    private Reply body(
            Request request,
            AuthenticatedDevice device,
            ArtifactHead head,
            Optional<ByteRange.Part> part) {
        long offset = part.map(ByteRange.Part::first).orElse(0L);
        long length = part.map(ByteRange.Part::length).orElse(head.artifact().length());
        if (HttpMethod.HEAD.is(request.getMethod())) {
            return Reply.headOf(head, part);
        }
        Wish wish =
                places.ask(
                        device.id(),
                        SourceNetwork.of(Peer.address(request)),
                        () -> Peer.disconnect(request));
        return switch (wish) {
            case Wish.Later(var after, var limit) -> {
                refuse(
                        request,
                        RefusalReason.SERVER_BUSY,
                        device,
                        Map.of("limit", limit.key(), "retry-after", after.toString()));
                yield Reply.later(after);
            }
            case Wish.Admitted(var place) ->
                    (ofRequest, response, callback) -> {
                        try (place) {
                            Optional<ReadableByteChannel> opened =
                                    files.open(device, head.artifact(), offset, length);
                            if (opened.isEmpty()) {
                                Reply.notFound().write(ofRequest, response, callback);
                                return;
                            }
                            // It is counted among the downloads from here on, and others are not
                            // to be kept out by it.
                            RequestPlace.release(ofRequest);
                            head.write(response, part);
                            send(
                                    ofRequest,
                                    response,
                                    callback,
                                    device,
                                    place,
                                    opened.get(),
                                    length);
                        }
                    };
        };
    }

    private void send(
            Request request,
            Response response,
            Callback callback,
            AuthenticatedDevice device,
            DownloadPlaces.Place place,
            ReadableByteChannel from,
            long length) {
        Download download =
                new Download(
                        place,
                        () -> registry.confirm(device),
                        () -> refuse(request, RefusalReason.DOWNLOAD_ENDED, device, Map.of()));
        try (from) {
            download.send(request, response, limits, from, length);
            callback.succeeded();
        } catch (IOException ended) {
            LOG.debug("a download of {} ended early: {}", device.id(), ended.getMessage());
            callback.failed(ended);
        }
    }

    private Reply refused(
            Request request,
            RefusalReason reason,
            AuthenticatedDevice device,
            Map<String, String> details) {
        refuse(request, reason, device, details);
        return Reply.refused(reason);
    }

    private void refuse(
            Request request,
            RefusalReason reason,
            AuthenticatedDevice device,
            Map<String, String> details) {
        var _ =
                refused(
                        request,
                        reason,
                        Optional.of(device.organization()),
                        new Actor.ProvenDevice(device.id()),
                        details);
    }

    private Reply refused(
            Request request,
            RefusalReason reason,
            Optional<OrganizationId> organization,
            Actor actor,
            Map<String, String> details) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("source", Peer.address(request));
        refusals.record(new Refusal(reason, WHERE, organization, actor, all));
        return Reply.refused(reason);
    }
}
