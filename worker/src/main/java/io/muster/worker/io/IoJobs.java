package io.muster.worker.io;

import io.muster.harness.IoLog;
import io.muster.harness.IoProgram;
import io.muster.harness.UnmadeException;
import io.muster.harness.UnusableProgramException;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.JobId;
import io.muster.protocol.Program;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ToProcess;
import io.muster.worker.tasks.BuiltIn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/** All jobs of an I/O process: loads their programs, elsewhere, and makes an actor for each. */
final class IoJobs extends AbstractBehavior<IoJobs.Command> {
  /** What it is told. */
  sealed interface Command {}

  /** The worker says this. */
  record Told(ToProcess command) implements Command {}

  private record Loaded(ToProcess.Load load, IoProgram program) implements Command {}

  private record NotLoaded(ToProcess.Load load, Failure failure) implements Command {}

  private record Ended(JobId id, ActorRef<IoJobActor.Command> actor) implements Command {}

  /** A job, from the wish to have it. */
  private static final class Entry {
    final ToProcess.Load load;
    @Nullable IoJob job;
    @Nullable ActorRef<IoJobActor.Command> actor;

    Entry(ToProcess.Load load) {
      this.load = load;
    }
  }

  /** Where values too large for a message are written. */
  record Folders(Path unfinished, Path out) {}

  private final IoJob.Surroundings in;
  private final Folders folders;
  private final Map<JobId, Entry> jobs = new HashMap<>();

  private IoJobs(ActorContext<Command> actor, IoJob.Surroundings in, Folders folders) {
    super(actor);
    this.in = in;
    this.folders = folders;
  }

  static Behavior<Command> create(IoJob.Surroundings in, Folders folders) {
    return Behaviors.setup(actor -> new IoJobs(actor, in, folders));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Told.class, this::told)
        .onMessage(Loaded.class, this::loaded)
        .onMessage(NotLoaded.class, this::notLoaded)
        .onMessage(Ended.class, this::ended)
        .build();
  }

  private Behavior<Command> told(Told told) {
    if (told.command() instanceof ToProcess.Load load) {
      load(load);
    } else if (told.command() instanceof ToProcess.OfJob of) {
      ofJob(of.job(), of.command());
    } else {
      throw new IllegalStateException("nothing for a process of I/O tasks: " + told.command());
    }
    return this;
  }

  private void ofJob(JobId id, ToProcess command) {
    Entry entry = jobs.get(id);
    if (entry == null) {
      return; // it is over
    }
    if (command instanceof ToProcess.Unload) {
      unload(id, entry);
    } else if (entry.actor == null) {
      throw new IllegalStateException("told to run before a program was loaded: " + command);
    } else if (command instanceof ToProcess.RunChunk chunk) {
      entry.actor.tell(new IoJobActor.Run(chunk));
    } else if (command instanceof ToProcess.Drop drop) {
      entry.actor.tell(new IoJobActor.Drop(drop.attempt()));
    } else if (command instanceof ToProcess.Stop stop) {
      entry.actor.tell(new IoJobActor.Stop(stop.index(), stop.onlyWaiting()));
    } else {
      throw new IllegalStateException("nothing for a job of I/O tasks: " + command);
    }
  }

  // Loading runs the user's code

  private void load(ToProcess.Load load) {
    jobs.put(load.job(), new Entry(load));
    if (load.spec().program() instanceof Program.Io io) {
      Optional<String> refusal = BuiltIn.refusal(io);
      if (refusal.isPresent()) {
        notLoaded(new NotLoaded(load, Failure.of(FailureKind.REJECTED, refusal.get())));
        return;
      }
    }
    ActorRef<Command> self = getContext().getSelf();
    in.threads()
        .start(
            () -> {
              try {
                self.tell(new Loaded(load, program(load)));
              } catch (UnusableProgramException e) {
                String why = String.valueOf(e.getMessage());
                self.tell(new NotLoaded(load, Failure.of(FailureKind.REJECTED, why)));
              } catch (UnmadeException e) {
                self.tell(new NotLoaded(load, e.failure()));
              } catch (OutOfMemoryError e) {
                in.outOfMemory().run();
              } catch (Throwable e) {
                String why = "the program can't be loaded: " + e;
                self.tell(new NotLoaded(load, Failure.of(FailureKind.REJECTED, why)));
              }
            });
  }

  private IoProgram program(ToProcess.Load load) throws UnusableProgramException, UnmadeException {
    IoProgram.Places places =
        new IoProgram.Places(Path.of(load.blobs()), folders.unfinished(), folders.out());
    return load.spec().program() instanceof Program.Io io
        ? IoProgram.builtIn(load.spec(), BuiltIn.className(io), places)
        : IoProgram.load(load.spec(), load.jars().stream().map(Path::of).toList(), places);
  }

  private Behavior<Command> loaded(Loaded loaded) {
    JobId id = loaded.load().job();
    Entry entry = jobs.get(id);
    if (entry == null || entry.load != loaded.load()) {
      close(loaded.program());
      return this; // it was over before it was there
    }
    IoJob job = IoJob.of(id, loaded.load().spec(), loaded.program(), in);
    entry.job = job;
    ActorRef<IoJobActor.Command> actor = getContext().spawnAnonymous(IoJobActor.create(job));
    getContext().watchWith(actor, new Ended(id, actor));
    entry.actor = actor;
    in.prints().add(loaded.program().loader(), job.log(-1, 1));
    in.outbox().postNow(new FromProcess.OfJob(id, new FromProcess.Loaded()));
    return this;
  }

  private Behavior<Command> notLoaded(NotLoaded not) {
    JobId id = not.load().job();
    Entry entry = jobs.get(id);
    if (entry != null && entry.load == not.load()) {
      jobs.remove(id);
      in.outbox().postNow(new FromProcess.OfJob(id, new FromProcess.LoadFailed(not.failure())));
    }
    return this;
  }

  private Behavior<Command> ended(Ended ended) {
    Entry entry = jobs.get(ended.id());
    if (entry != null && ended.actor().equals(entry.actor)) {
      throw new IllegalStateException("the actor of job " + ended.id() + " failed");
    }
    return this;
  }

  private void unload(JobId id, Entry entry) {
    jobs.remove(id);
    IoJob job = entry.job;
    if (job != null && entry.actor != null) {
      entry.actor.tell(IoJobActor.End.END);
      close(job.program());
    }
  }

  private void close(IoProgram program) {
    IoLog log = in.prints().remove(program.loader());
    in.threads()
        .start(
            () -> {
              if (log != null) {
                log.end();
              }
              try {
                program.close();
              } catch (IOException e) {
                System.err.println("muster: the classes of a job stay open: " + e);
              }
            });
  }
}
