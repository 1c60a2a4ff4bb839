/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Authentication;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.artifact.StoredArtifact;
import dev.breakwater.server.delivery.MemberDownload;
import dev.breakwater.server.delivery.MemberDownloads;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.vetting.ArtifactId;
import dev.breakwater.server.vetting.ArtifactVetting;
import dev.breakwater.server.vetting.VettedArtifact;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bytes of artifacts, for those who mirror them or look at what ships. */
final class ArtifactContent {

    private static final Logger LOG = LoggerFactory.getLogger(ArtifactContent.class);

    private final ArtifactVetting vetting;
    private final MemberDownloads downloads;
    private final Refusals refusals;

    ArtifactContent(ArtifactVetting vetting, MemberDownloads downloads, Refusals refusals) {
        this.vetting = vetting;
        this.downloads = downloads;
        this.refusals = refusals;
    }

    void register(Handlers handlers) {
        handlers.on("getArtifactContent", Permission.RELEASES_READ, this::content);
    }

    /** Whether who began a download may still have it. */
    static boolean isFor(Authentication now) {
        return now instanceof Authentication.Authenticated(AuthenticatedCaller caller)
                && caller.permissions().contains(Permission.RELEASES_READ);
    }

    private Reply content(AuthenticatedCaller caller, Call call) {
        Optional<VettedArtifact> artifact =
                vetting.artifact(caller.organization(), call.id("artifactId", ArtifactId::parse));
        if (artifact.isEmpty()) {
            return Problems.notFound();
        }
        Optional<StoredArtifact> stored = vetting.stored(caller.organization(), artifact.get());
        return stored.isPresent() ? content(caller, call, stored.get()) : lost(artifact.get());
    }

    private Reply content(AuthenticatedCaller caller, Call call, StoredArtifact stored) {
        EntityTag tag = new EntityTag(MemberDownload.tag(stored));
        if (call.values().optionalText("If-None-Match").filter(tag::isNamedBy).isPresent()) {
            // Before it takes a place: nothing is sent.
            Reply same = Reply.notModified().with("Content-Length", Long.toString(stored.length()));
            for (Map.Entry<String, String> header : MemberDownload.kept(stored).entrySet()) {
                same = same.with(header.getKey(), header.getValue());
            }
            return same;
        }
        MemberDownloads.Outcome outcome =
                downloads.begin(
                        caller.id(),
                        call.source(),
                        stored,
                        call.values().optionalText("Range"),
                        call.values().optionalText("If-Range"),
                        (offset, length) ->
                                vetting.open(caller.organization(), stored, offset, length));
        return switch (outcome) {
            case MemberDownloads.Outcome.Begun(MemberDownload download) -> Reply.stored(download);
            case MemberDownloads.Outcome.Gone() -> Problems.notFound();
            case MemberDownloads.Outcome.Unsatisfiable(long length) -> {
                refuse(caller, call, RefusalReason.DOWNLOAD_RANGE_REFUSED, Map.of());
                yield Problems.rangeRefused(length);
            }
            case MemberDownloads.Outcome.Later(Duration after, Limit limit) -> {
                refuse(caller, call, RefusalReason.SERVER_BUSY, Map.of("limit", limit.key()));
                yield Problems.busy(after);
            }
        };
    }

    private static Reply lost(VettedArtifact artifact) {
        LOG.error("artifact {} is not stored; upload it again", artifact.hash());
        return Problems.notPossibleNow(
                "Its bytes are not stored any more; whoever runs the server puts them back, or they are uploaded again.");
    }

    private void refuse(
            AuthenticatedCaller caller,
            Call call,
            RefusalReason reason,
            Map<String, String> details) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("source", call.source());
        all.put("operation", call.operation().id());
        refusals.record(
                new Refusal(
                        reason, "api", Optional.of(caller.organization()), caller.actor(), all));
    }
}
