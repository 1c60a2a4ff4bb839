/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Tags: short words by which operators sort their devices, such as {@code beta} or {@code
 * site=berlin}, so that a listing can show and a rollout can reach those that have one.
 *
 * <p>Guarantees that a tag is written in one way only, so that two that look alike are the same;
 * that a device has few of them and an organization a number that people can survey; that a change
 * is in the audit log of each device it changes; and that a revoked device has none.
 *
 * <p>Only who may write devices sets them. A device cannot: nothing it says is read here, and it is
 * not told of its tags. Its owners neither set nor see them. Read {@link
 * dev.breakwater.server.tag.DeviceTags} first.
 */
@NullMarked
package dev.breakwater.server.tag;

import org.jspecify.annotations.NullMarked;
