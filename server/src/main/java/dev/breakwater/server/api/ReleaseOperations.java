/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.update.metadata.SignatureScheme;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.release.HandedIn;
import dev.breakwater.server.release.ProductReleases;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.release.ReleaseRefused;
import dev.breakwater.server.release.RepositoryView;
import dev.breakwater.server.release.UpdateRepositories.Outcome;
import dev.breakwater.server.release.UpdateRepositories.Prepared;
import dev.breakwater.server.rollout.FleetUpdates;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Update repositories of products, and the releases in them. */
final class ReleaseOperations {

    private static final int PEM_COLUMNS = 64;

    private final DeviceStore devices;
    private final ProductReleases releases;
    private final FleetUpdates fleet;
    private final Refusals refusals;

    ReleaseOperations(
            DeviceStore devices, ProductReleases releases, FleetUpdates fleet, Refusals refusals) {
        this.devices = devices;
        this.releases = releases;
        this.fleet = fleet;
        this.refusals = refusals;
    }

    void register(Handlers handlers) {
        handlers.on("getUpdateRepository", Permission.RELEASES_READ, this::repository)
                .on(
                        "prepareOnlineKey",
                        Permission.RELEASES_WRITE,
                        this::prepare,
                        AuditAction.UPDATE_KEY_CREATED,
                        AuditAction.UPDATE_KEY_DESTROYED)
                .on(
                        "handInRoot",
                        Permission.RELEASES_WRITE,
                        this::root,
                        AuditAction.UPDATE_ROOT_ACCEPTED,
                        AuditAction.UPDATE_KEY_DESTROYED)
                .on(
                        "handInTargets",
                        Permission.RELEASES_WRITE,
                        this::targets,
                        AuditAction.RELEASES_SIGNED,
                        AuditAction.UPDATE_KEY_DESTROYED)
                .on(
                        "handInTogether",
                        Permission.RELEASES_WRITE,
                        this::together,
                        AuditAction.UPDATE_ROOT_ACCEPTED,
                        AuditAction.RELEASES_SIGNED,
                        AuditAction.UPDATE_KEY_DESTROYED)
                .on("getUpdateFile", Permission.RELEASES_READ, this::file)
                .on("listReleases", Permission.RELEASES_READ, this::list)
                .on("getRelease", Permission.RELEASES_READ, this::get);
    }

    record OnlineKeyView(
            String keyId, String scheme, String publicKey, String state, Instant createdAt) {
        static OnlineKeyView of(RepositoryView.Key key) {
            return new OnlineKeyView(
                    key.listed().id().hex(),
                    key.listed().scheme().map(SignatureScheme::schemeName).orElse(""),
                    pem(key.publicKey()),
                    key.state().code(),
                    key.createdAt());
        }

        private static String pem(byte[] publicKey) {
            String body =
                    Base64.getMimeEncoder(PEM_COLUMNS, "\n".getBytes(StandardCharsets.US_ASCII))
                            .encodeToString(publicKey);
            return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
        }
    }

    record MetadataEditionView(long version, Instant expires) {
        static MetadataEditionView of(RepositoryView.Edition edition) {
            return new MetadataEditionView(edition.version(), edition.expires());
        }
    }

    record UpdateRepositoryView(
            String productId,
            List<OnlineKeyView> onlineKeys,
            Optional<MetadataEditionView> root,
            Optional<MetadataEditionView> targets,
            Optional<MetadataEditionView> snapshot,
            Optional<MetadataEditionView> timestamp,
            List<String> advice) {
        static UpdateRepositoryView of(RepositoryView repository) {
            return new UpdateRepositoryView(
                    repository.product().toString(),
                    repository.onlineKeys().stream().map(OnlineKeyView::of).toList(),
                    repository.root().map(MetadataEditionView::of),
                    repository.targets().map(MetadataEditionView::of),
                    repository.snapshot().map(MetadataEditionView::of),
                    repository.timestamp().map(MetadataEditionView::of),
                    repository.advice());
        }
    }

    record ReleaseView(
            String id,
            String productId,
            String path,
            String version,
            long counter,
            long length,
            String sha256,
            List<String> hardwareIds,
            Optional<String> minFromVersion,
            long rollbackFloor,
            Optional<String> storageManifest,
            String notes,
            boolean securityRelevant,
            String state,
            Instant publishedAt) {
        static ReleaseView of(Release release) {
            var description = release.description();
            return new ReleaseView(
                    release.id().toString(),
                    release.product().toString(),
                    release.path(),
                    description.version().text(),
                    description.releaseCounter(),
                    release.length(),
                    release.hash().hex(),
                    description.hardwareIds(),
                    description.minFromVersion().map(version -> version.text()),
                    description.rollbackFloor(),
                    description.storageManifest(),
                    description.notes(),
                    description.securityRelevant(),
                    release.state().code(),
                    release.publishedAt());
        }
    }

    private static ProductId product(Call call) {
        return call.id("productId", ProductId::parse);
    }

    private Reply repository(AuthenticatedCaller caller, Call call) {
        return releases.repositories()
                .of(caller.organization(), product(call))
                .map(ReleaseOperations::ok)
                .orElseGet(Problems::notFound);
    }

    private static Reply ok(RepositoryView repository) {
        return Reply.ok(UpdateRepositoryView.of(repository)).etag(repository.targetsVersion());
    }

    private Reply prepare(AuthenticatedCaller caller, Call call) {
        boolean anew = call.values().optionalText("unused").equals(Optional.of("replace"));
        return switch (releases.repositories()
                .prepareKey(caller.organization(), product(call), anew, caller.actor())) {
            case Prepared.Made(RepositoryView.Key key) -> Reply.created(OnlineKeyView.of(key));
            case Prepared.There(RepositoryView.Key key) -> Reply.ok(OnlineKeyView.of(key));
            case Prepared.NoSuchProduct() -> Problems.notFound();
        };
    }

    private Reply root(AuthenticatedCaller caller, Call call) {
        return handedIn(
                caller,
                call,
                HandedIn.root(call.values().integer("rootVersion"), call.bytes()),
                Optional.empty());
    }

    private Reply targets(AuthenticatedCaller caller, Call call) {
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        return handedIn(
                caller, call, HandedIn.targets(call.bytes()), call.ifMatch().expectedVersion());
    }

    /** One body has both, to the byte; the caller says where the second begins. */
    private Reply together(AuthenticatedCaller caller, Call call) {
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        byte[] both = call.bytes();
        int middle = (int) Math.min(call.values().integer("targetsOffset"), both.length);
        return handedIn(
                caller,
                call,
                HandedIn.together(
                        call.values().integer("rootVersion"),
                        Arrays.copyOf(both, middle),
                        Arrays.copyOfRange(both, middle, both.length)),
                call.ifMatch().expectedVersion());
    }

    private Reply handedIn(
            AuthenticatedCaller caller, Call call, HandedIn files, Optional<Long> expected) {
        ProductId product = product(call);
        try {
            return switch (releases.repositories()
                    .handIn(caller.organization(), product, files, expected, caller.actor())) {
                case Outcome.Taken(RepositoryView now, boolean otherDirector) -> {
                    if (otherDirector) {
                        fleet.directedAnew(caller.organization(), product);
                    }
                    yield ok(now);
                }
                case Outcome.NoSuchProduct() -> Problems.notFound();
                case Outcome.VersionMismatch(long current) -> Problems.versionMismatch(current);
            };
        } catch (ReleaseRefused refused) {
            return refused(caller, call, refused);
        }
    }

    /** A forged file is somebody's attempt, and stands in the log as one. */
    private Reply refused(AuthenticatedCaller caller, Call call, ReleaseRefused refused) {
        refusals.record(
                new Refusal(
                        RefusalReason.UPDATE_METADATA_REFUSED,
                        "api",
                        Optional.of(caller.organization()),
                        caller.actor(),
                        Map.of(
                                "source", call.source(),
                                "operation", call.operation().id(),
                                "product", product(call).toString(),
                                "fault", refused.fault().code(),
                                "why", refused.text())));
        return Problems.metadataRefused(refused.text());
    }

    private Reply file(AuthenticatedCaller caller, Call call) {
        return releases.metadata()
                .file(caller.organization(), product(call), call.values().text("metadataFile"))
                .map(file -> Reply.bytes("application/octet-stream", file))
                .orElseGet(Problems::notFound);
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        ProductId product = product(call);
        if (devices.product(caller.organization(), product).isEmpty()) {
            return Problems.notFound();
        }
        int count = call.count(Limit.PAGE_ROWS);
        List<Release> rows =
                releases.releases()
                        .of(
                                caller.organization(),
                                product,
                                call.cursor(ReleaseId::parse),
                                count + 1);
        return Reply.ok(Page.of(rows, count, ReleaseView::of, release -> release.id().toString()));
    }

    private Reply get(AuthenticatedCaller caller, Call call) {
        return releases.releases()
                .find(caller.organization(), call.id("releaseId", ReleaseId::parse))
                .map(release -> Reply.ok(ReleaseView.of(release)))
                .orElseGet(Problems::notFound);
    }
}
