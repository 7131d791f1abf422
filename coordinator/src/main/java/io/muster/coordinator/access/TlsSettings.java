package io.muster.coordinator.access;

import io.muster.node.tls.CredentialFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a coordinator comes by its certificate, and by tokens that somebody else has made.
 *
 * @param files brought by somebody; without them the coordinator is an authority itself
 * @param caKey the key of the brought authority, when workers are to get certificates of it
 * @param tokens a file of tokens that are let in beside those that are made here
 * @param names of the coordinator, beside the addresses it has anyway
 * @param workerLife of workers' certificates
 * @param ownLife of the coordinator's own
 */
public record TlsSettings(
    Optional<CredentialFiles> files,
    Optional<Path> caKey,
    Optional<Path> tokens,
    List<String> names,
    Duration workerLife,
    Duration ownLife) {}
