/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.audit;

import java.util.Arrays;

/**
 * Everything that can stand in the log as an action: a noun and a past participle. What is not
 * listed here cannot be written, and what is listed must be declared by the API's document, which
 * says of each operation what it leaves in the log. A code never changes its meaning: entries
 * outlive the server that wrote them.
 */
public enum AuditAction {
    ORGANIZATION_CREATED("organization.created"),
    ORGANIZATION_DISABLED("organization.disabled"),
    ORGANIZATION_ENABLED("organization.enabled"),
    ORGANIZATION_CHANGED("organization.changed"),
    MEMBER_INVITED("member.invited"),
    MEMBER_INVITATION_WITHDRAWN("member.invitation-withdrawn"),
    MEMBER_JOINED("member.joined"),
    MEMBER_ROLE_CHANGED("member.role-changed"),
    MEMBER_DISABLED("member.disabled"),
    MEMBER_ENABLED("member.enabled"),
    MEMBER_PASSWORD_CHANGED("member.password-changed"),
    MEMBER_PASSWORD_RESET_ISSUED("member.password-reset-issued"),
    MEMBER_PASSWORD_RESET("member.password-reset"),
    MEMBER_FACTOR_ADDED("member.factor-added"),
    MEMBER_FACTOR_REMOVED("member.factor-removed"),
    MEMBER_FACTORS_RESET("member.factors-reset"),
    MEMBER_RECOVERY_CODES_RENEWED("member.recovery-codes-renewed"),
    MEMBER_IDENTITY_LINKED("member.identity-linked"),
    MEMBER_IDENTITY_UNLINKED("member.identity-unlinked"),
    SESSION_BEGUN("session.begun"),
    SESSION_PROVEN("session.proven"),
    SESSION_ENDED("session.ended"),
    TOKEN_CREATED("token.created"),
    TOKEN_REVOKED("token.revoked"),
    PRODUCT_CREATED("product.created"),
    PRODUCT_QUOTA_CHANGED("product.quota-changed"),
    PRODUCT_RISK_PROFILE_CHANGED("product.risk-profile-changed"),
    PRODUCT_FIREWALL_CHANGED("product.firewall-changed"),
    ORGANIZATION_FIREWALL_CHANGED("organization.firewall-changed"),
    PRODUCT_SEALING_CHANGED("product.sealing-changed"),
    PRODUCT_GUIDANCE_CHANGED("product.guidance-changed"),
    ENVELOPE_KEY_CREATED("envelope-key.created"),
    ENVELOPE_KEY_ENTERED("envelope-key.entered"),
    ENVELOPE_KEY_RETIRED("envelope-key.retired"),
    ENVELOPE_KEY_DESTROYED("envelope-key.destroyed"),
    ENDORSEMENT_AUTHORITY_ENTERED("endorsement-authority.entered"),
    ENDORSEMENT_AUTHORITY_REMOVED("endorsement-authority.removed"),
    ENDORSEMENT_KEY_ENTERED("endorsement-key.entered"),
    ENDORSEMENT_KEY_REMOVED("endorsement-key.removed"),
    CREDENTIAL_ATTESTED("credential.attested"),
    UPDATE_KEY_CREATED("update-key.created"),
    UPDATE_KEY_DESTROYED("update-key.destroyed"),
    UPDATE_ROOT_ACCEPTED("update-root.accepted"),
    RELEASES_SIGNED("releases.signed"),
    ARTIFACT_SCANNED("artifact.scanned"),
    ARTIFACT_ALTERED("artifact.altered"),
    ARTIFACT_FINDING_WAIVED("artifact-finding.waived"),
    ARTIFACT_WAIVER_WITHDRAWN("artifact-waiver.withdrawn"),
    SCAN_RULES_CHANGED("scan-rules.changed"),
    SCAN_RULES_REMOVED("scan-rules.removed"),
    FINDING_DISMISSED("finding.dismissed"),
    FINDING_ACTED("finding.acted"),
    ENROLLMENT_CODE_CREATED("enrollment-code.created"),
    ENROLLMENT_CODE_WITHDRAWN("enrollment-code.withdrawn"),
    ENROLLMENT_REQUESTED("enrollment.requested"),
    ENROLLMENT_BOUND("enrollment.bound"),
    ENROLLMENT_APPROVED("enrollment.approved"),
    ENROLLMENT_DENIED("enrollment.denied"),
    DEVICE_ENROLLED("device.enrolled"),
    DEVICE_REGISTERED("device.registered"),
    DEVICE_TOKEN_CREATED("device-token.created"),
    DEVICE_TOKEN_ROTATED("device-token.rotated"),
    DEVICE_SUSPENDED("device.suspended"),
    DEVICE_QUARANTINED("device.quarantined"),
    DEVICE_REINSTATED("device.reinstated"),
    DEVICE_REVOKED("device.revoked"),
    DEVICE_ENVELOPE_KEY_REGISTERED("device.envelope-key-registered"),
    DEVICE_TAGS_CHANGED("device.tags-changed"),
    DEVICE_OWNER_ENTERED("device.owner-entered"),
    DEVICE_OWNER_REMOVED("device.owner-removed"),
    DEVICE_LABEL_ENTERED("device-label.entered"),
    DEVICE_LABEL_WITHDRAWN("device-label.withdrawn"),
    SETUP_TICKET_GRANTED("setup-ticket.granted"),
    SETUP_TICKET_USED("setup-ticket.used"),
    DEVICE_SET_UP_AGAIN("device.set-up-again"),
    DEVICE_RELEASED("device.released"),
    DEVICE_TRANSFER_BEGUN("device-transfer.begun"),
    DEVICE_TRANSFER_WITHDRAWN("device-transfer.withdrawn"),
    DEVICE_TRANSFERRED("device.transferred"),
    DEVICE_SHARE_OFFERED("device-share.offered"),
    DEVICE_SHARE_ACCEPTED("device-share.accepted"),
    DEVICE_SHARE_ENDED("device-share.ended"),
    DEVICE_ERASED("device.erased"),
    DEVICE_REPORTED_STOLEN("device.reported-stolen"),
    DEVICE_FOUND("device.found"),
    CREDENTIAL_CONFIRMED("credential.confirmed"),
    CREDENTIAL_RENEWED("credential.renewed"),
    LAPSED_RENEWAL_REQUESTED("lapsed-renewal.requested"),
    TWIN_DESIRED_CHANGED("twin.desired-changed"),
    COMMAND_CREATED("command.created"),
    COMMAND_DELIVERED("command.delivered"),
    COMMAND_SUCCEEDED("command.succeeded"),
    COMMAND_FAILED("command.failed"),
    COMMAND_TIMED_OUT("command.timed-out"),
    COMMAND_REPLIED_LATE("command.replied-late"),
    COMMAND_EXPIRED("command.expired"),
    COMMAND_DROPPED("command.dropped"),
    COMMAND_CANCELLED("command.cancelled"),
    PRODUCT_UPDATE_POLICY_CHANGED("product.update-policy-changed"),
    ROLLOUT_PROPOSED("rollout.proposed"),
    ROLLOUT_APPROVED("rollout.approved"),
    ROLLOUT_WAVE_BEGUN("rollout.wave-begun"),
    ROLLOUT_COMPLETED("rollout.completed"),
    ROLLOUT_PAUSED("rollout.paused"),
    ROLLOUT_RESUMED("rollout.resumed"),
    ROLLOUT_ABORTED("rollout.aborted"),
    UPDATES_STOPPED("updates.stopped"),
    UPDATES_ALLOWED("updates.allowed"),
    DEVICE_UPDATE_APPROVED("device-update.approved"),
    DEVICE_UPDATE_POSTPONED("device-update.postponed"),
    DEVICE_UPDATE_REFUSED("device-update.refused"),
    SERVER_RESTORED("server.restored"),
    BAN_BEGUN("ban.begun"),
    BAN_LIFTED("ban.lifted"),
    CHANNEL_REFUSED("channel.refused"),
    EST_REFUSED("est.refused"),
    API_REFUSED("api.refused");

    private final String code;

    AuditAction(String code) {
        this.code = code;
    }

    /** The name in the log and in the API's document, e.g. {@code device.revoked}. */
    public String code() {
        return code;
    }

    /**
     * A refusal at a gate.
     *
     * @param gate {@code channel}, {@code est} or {@code api}
     * @throws IllegalArgumentException if there is no such gate
     */
    public static AuditAction refusedAt(String gate) {
        return Arrays.stream(values())
                .filter(action -> action.code.equals(gate + ".refused"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no gate named " + gate));
    }
}
