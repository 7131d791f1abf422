package io.muster.coordinator.store;

import io.muster.coordinator.journal.Epochs;
import io.muster.protocol.BlobId;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Values;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of one coordinator alone: a folder a job, {@code jobs/ID}, with a file each for inputs,
 * results, failures, logs and the one result. Files are looked at when first used, so that old jobs
 * cost nothing at start.
 */
public final class FileStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(FileStore.class);
  private static final int JOBS_OPEN = 64;

  private final Path jobs;
  private final Path spools;
  private final Disk disk;
  private final JobWriter writer = new JobWriter();
  private final AtomicLong spoolNumber = new AtomicLong();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "muster-store");
            made.setDaemon(true);
            return made;
          });

  private final Map<JobId, JobFiles> open = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Jobs that were appended to in this epoch: what an earlier coordinator left behind in their
   * files is cut off. Until then even this epoch's tag may be on blocks of an earlier one, that
   * crashed before its first record was written.
   */
  private final Set<JobId> cleaned = ConcurrentHashMap.newKeySet();

  private Epochs written = new Epochs(new long[0], 0);
  private volatile @Nullable Throwable broken;

  /**
   * @param data the coordinator's data folder
   */
  public FileStore(Path data) {
    this(data, Disk.REAL);
  }

  FileStore(Path data, Disk disk) {
    this.jobs = data.resolve("jobs");
    this.spools = data.resolve("spool");
    this.disk = disk;
  }

  @Override
  public void open(Epochs epochs, Collection<JobId> known) throws IOException {
    try {
      CompletableFuture.runAsync(() -> begin(epochs, known), thread).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException io) {
        throw io.getCause();
      }
      throw e;
    }
  }

  private void begin(Epochs epochs, Collection<JobId> known) {
    try {
      synchronized (open) {
        open.values().forEach(Closing::quietly);
        open.clear();
        cleaned.clear();
        written = epochs;
      }
      Files.createDirectories(jobs);
      Files.createDirectories(spools);
      deleteIn(spools, Set.of());
      Set<String> names = new HashSet<>();
      known.forEach(job -> names.add(job.toString()));
      deleteIn(jobs, names);
      broken = null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteIn(Path folder, Set<String> kept) throws IOException {
    List<Path> children;
    try (Stream<Path> all = Files.list(folder)) {
      children = all.filter(path -> !kept.contains(path.getFileName().toString())).toList();
    }
    for (Path child : children) {
      delete(child);
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      deleteIn(path, Set.of());
    }
    Files.deleteIfExists(path);
  }

  @Override
  public StoreGroup group() {
    return new Pending();
  }

  @Override
  public InputSpool spool() throws IOException {
    Files.createDirectories(spools);
    return new FileSpool(spools.resolve(Long.toString(spoolNumber.incrementAndGet())), disk);
  }

  @Override
  public CompletionStage<Void> append(GroupTag tag, StoreGroup group) {
    return CompletableFuture.runAsync(() -> write(tag, (Pending) group), thread);
  }

  private void write(GroupTag tag, Pending group) {
    Throwable before = broken;
    if (before != null) {
      throw new CompletionException("the store failed before", before);
    }
    try {
      for (Map.Entry<JobId, Pending.OfJob> job : group.jobs().entrySet()) {
        JobFiles files = files(job.getKey());
        if (!cleaned.contains(job.getKey())) {
          files.clean();
          cleaned.add(job.getKey());
        }
        writer.append(files, tag, job.getValue());
      }
    } catch (IOException e) {
      broken = e;
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      broken = e;
      throw e;
    }
  }

  /**
   * A job's files. Those of the jobs that were used least recently are closed, later; a reader
   * keeps what it has open.
   */
  private JobFiles files(JobId job) {
    synchronized (open) {
      JobFiles known = open.get(job);
      if (known == null) {
        Epochs before = written;
        known =
            new JobFiles(
                jobs.resolve(job.toString()),
                disk,
                tag ->
                    tag.epoch() >= before.next()
                        ? cleaned.contains(job)
                        : before.wrote(tag.epoch(), tag.sequence()));
        open.put(job, known);
        if (open.size() > JOBS_OPEN) {
          thread.execute(this::closeEldest);
        }
      }
      return known;
    }
  }

  /** On the store's thread, so that nothing is closed that is being appended to. */
  private void closeEldest() {
    synchronized (open) {
      Iterator<JobFiles> eldest = open.values().iterator();
      while (open.size() > JOBS_OPEN) {
        Closing.quietly(eldest.next());
        eldest.remove();
      }
    }
  }

  @Override
  public Values inputs(JobId job, Interval interval) throws IOException {
    return InputFile.read(files(job), interval);
  }

  @Override
  public void inputLengths(JobId job, Consumer<int[]> lengths) throws IOException {
    InputFile.lengths(files(job).inputs, lengths);
  }

  @Override
  public ResultStream results(JobId job, long from, long until, LongPredicate succeeded)
      throws IOException {
    return new ResultFile(files(job).results, from, until, succeeded);
  }

  @Override
  public ResultStream passed(JobId holder, List<JobId> through, long count, long from)
      throws IOException {
    StageLines lines = StageLines.read(lineages(through), count, spools);
    return new PassedResults(files(holder).inputs, disk, lines, count, from, spools);
  }

  @Override
  public Lines lines(List<JobId> through) throws IOException {
    return StageLines.read(lineages(through), Long.MAX_VALUE, spools);
  }

  private List<BlockFile> lineages(List<JobId> through) {
    return through.stream().map(job -> files(job).lineage).toList();
  }

  @Override
  public @Nullable Values result(JobId job) throws IOException {
    return InputFile.last(files(job).result);
  }

  @Override
  public FailureStream failures(JobId job, LongPredicate failed) throws IOException {
    return new FailureFile(files(job).failures, failed);
  }

  @Override
  public LogStream logs(JobId job, OptionalLong task) throws IOException {
    return new LogFile(job, () -> files(job).logs, task);
  }

  @Override
  public void namedBlobs(Consumer<BlobId> named) throws IOException {
    List<JobId> all = new ArrayList<>();
    try (Stream<Path> folders = Files.list(jobs)) {
      folders.forEach(
          folder -> {
            if (Files.exists(folder.resolve("blobs"))) {
              all.add(new JobId(Long.parseLong(folder.getFileName().toString())));
            }
          });
    }
    for (JobId job : all) {
      blobsOf(files(job).blobs, named);
    }
  }

  private static void blobsOf(BlockFile file, Consumer<BlobId> named) throws IOException {
    long end = file.end();
    try (BlockReader reader = file.reader()) {
      for (long at = 0; at < end; ) {
        Block block = reader.headAt(at);
        BytesIn in = new BytesIn(reader.bytes(block, at), 0);
        while (!in.atEnd()) {
          named.accept(new BlobId(HexFormat.of().formatHex(in.get(32))));
        }
        at += block.size();
      }
    }
  }

  @Override
  public void forget(JobId job) {
    thread.execute(
        () -> {
          synchronized (open) {
            JobFiles files = open.remove(job);
            cleaned.remove(job);
            if (files != null) {
              Closing.quietly(files);
            }
          }
          try {
            delete(jobs.resolve(job.toString()));
          } catch (IOException e) {
            LOG.warn("the files of job {} stay until the next start", job, e);
          }
        });
  }

  @Override
  public long size() {
    try (Stream<Path> all = Files.walk(jobs)) {
      return all.mapToLong(FileStore::sizeOf).sum();
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("a file went while it was measured", e);
      return 0;
    }
  }

  private static long sizeOf(Path path) {
    try {
      return Files.isRegularFile(path) ? Files.size(path) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    CompletableFuture.runAsync(
            () -> {
              synchronized (open) {
                open.values().forEach(Closing::quietly);
                open.clear();
              }
            },
            thread)
        .join();
    thread.shutdown();
  }
}
