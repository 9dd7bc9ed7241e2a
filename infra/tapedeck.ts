import { type App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import { Architecture, LayerVersion } from "aws-cdk-lib/aws-lambda";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Trigger } from "aws-cdk-lib/triggers";
import { RUNTIME_ENVIRONMENT } from "../functions/converter/runtime-environment.ts";
import { acknowledge } from "./acknowledge.ts";
import { Alarms } from "./alarms.ts";
import { Api } from "./api.ts";
import { Blobs } from "./blobs.ts";
import { addBudget } from "./budget.ts";
import { readBuiltCode } from "./built-code.ts";
import { CloudFrontSite } from "./cloudfront-site.ts";
import { databaseAt, RdsDatabase } from "./database.ts";
import { keepAwake } from "./keep-awake.ts";
import { LocalSite } from "./local-site.ts";
import { Mail } from "./mail.ts";
import { NodeFunction, type NodeFunctionProps } from "./node-function.ts";
import { addOperations } from "./operations.ts";
import { QueueWorker } from "./queue-worker.ts";
import type { Target } from "./target.ts";

/** Lambda's own limit. A recording that takes longer fails as `too-long`. */
const CONVERTER_TIMEOUT_SECONDS = 900;
/** A job whose converter was killed continues after twice this. The heartbeat comes every 2 s. */
const CONVERTER_LEASE_SECONDS = 60;
/** Long enough for an open page to say that its user has seen the MP3 and needs no email. */
const EMAIL_DELAY_SECONDS = 20;
const DEAD_LETTERS_TIMEOUT_SECONDS = 30;
const NOTIFIER_TIMEOUT_SECONDS = 30;
const MIGRATE_TIMEOUT_SECONDS = 300;
/** API Gateway's own, for which there is no setting here. */
const API_TIMEOUT_SECONDS = 29;
/** A function's time besides waiting for the database: a query, a hash, its own start. */
const QUERY_SECONDS = 7;

export interface TapedeckProps {
  target: Target;
  /** What `npm run build` writes. */
  buildDirectory: string;
  /** The page's build; may be missing. */
  pageDirectory: string;
}

/** The whole system, in the order in which a video passes through it. */
export class Tapedeck extends Stack {
  constructor(scope: App, id: string, { target, buildDirectory, pageDirectory }: TapedeckProps) {
    super(scope, id, {
      description: "Tapedeck: turns videos into MP3s",
      ...(target.kind === "aws" && {
        tags: { ...target.tags, "tapedeck-stage": target.stage },
        // The remains of a failed first deployment must be deletable. infra/deploy.ts protects the
        // stack once it exists.
        terminationProtection: target.protectData && !isFirstDeployment(scope),
      }),
    });
    const alarms = new Alarms(this, "Alarms", {
      alarmEmail: target.kind === "aws" ? target.alarmEmail : undefined,
    });

    const createFunction = (
      functionId: string,
      settings: Pick<NodeFunctionProps, "name" | "description" | "environment"> &
        Partial<NodeFunctionProps>,
    ) =>
      new NodeFunction(this, functionId, {
        target,
        buildDirectory,
        timeoutSeconds: 10,
        memoryMiB: 512,
        ...settings,
      });

    // The entrance: the page, and the API that it and everyone else uses.
    const api = new Api(this, "Api", { target, alarms });
    const site =
      target.kind === "aws"
        ? new CloudFrontSite(this, "Site", { target, api, pageDirectory })
        : new LocalSite(this, "Site", { target, api });

    // Signing in: the only step that needs the database. Everything else needs only a token.
    const jwtSecret = new Secret(this, "JwtSecret", {
      description: "Signs the tokens of signed-in people and of links in emails",
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    acknowledge(jwtSecret, {
      "AwsSolutions-SMG4":
        "A new version signs everyone out when the one before it goes; the runbook rotates by hand.",
    });
    const database =
      target.kind === "aws"
        ? new RdsDatabase(this, "Database", { target })
        : databaseAt(target.databaseUrl);
    const inDatabase = {
      network: database.network,
      environment: database.environment,
      timeoutSeconds: database.connectSeconds + QUERY_SECONDS,
    };
    const checkPassword = createFunction("CheckPassword", {
      name: "check-password",
      description: "Says whose password it is; for the login function only",
      // More memory comes with more processor time, which a password hash needs.
      memoryMiB: 1024,
      ...inDatabase,
    });
    const login = createFunction("Login", {
      name: "login",
      description: "Exchanges an email address and a password for a token",
      // It waits for the function above, within API Gateway's 29 seconds.
      timeoutSeconds: Math.min(inDatabase.timeoutSeconds + 5, API_TIMEOUT_SECONDS - 1),
      environment: {
        JWT_SECRET_ARN: jwtSecret.secretArn,
        CHECK_PASSWORD_FUNCTION: checkPassword.functionName,
      },
    });
    login.allow(["lambda:InvokeFunction"], checkPassword.functionArn);
    const users = createFunction("Users", {
      name: "users",
      description: "Adds and disables users; for operators, through IAM only",
      memoryMiB: 1024,
      ...inDatabase,
    });
    const migrate = createFunction("Migrate", {
      name: "migrate",
      description: "Brings the database's schema up to date",
      ...inDatabase,
      timeoutSeconds: MIGRATE_TIMEOUT_SECONDS,
    });
    const bounces = createFunction("Bounces", {
      name: "bounces",
      description: "Marks the users whose addresses take no emails",
      ...inDatabase,
    });
    for (const user of [checkPassword, users, migrate, bounces]) database.allow(user);
    if (database instanceof RdsDatabase) {
      new Trigger(this, "MigrateOnDeploy", {
        handler: migrate,
        // The CDK's default is 2 minutes, after which the deployment fails while the function goes
        // on.
        timeout: Duration.seconds(MIGRATE_TIMEOUT_SECONDS),
        executeAfter: [database],
        executeBefore: [checkPassword, users, bounces],
      });
      keepAwake(this, [
        [checkPassword, { action: "keep-alive" }],
        [users, { action: "list" }],
        [migrate, {}],
      ]);
    }
    const validate = createFunction("Validate", {
      name: "validate",
      description: "Says whose token it is",
      environment: { JWT_SECRET_ARN: jwtSecret.secretArn },
    });

    // Uploading: the API hands out presigned requests, S3 takes the bytes and announces them.
    const blobs = new Blobs(this, "Blobs", { target, pageOrigin: site.origin });
    const bucketNames = {
      SOURCE_BUCKET: blobs.sources.bucketName,
      RESULT_BUCKET: blobs.results.bucketName,
    };
    const presigning = target.kind === "local" ? { PUBLIC_S3_ENDPOINT: target.publicEndpoint } : {};
    const upload = createFunction("Upload", {
      name: "upload",
      description: "Creates jobs and signs the requests of their uploads",
      environment: {
        ...bucketNames,
        ...presigning,
        JWT_SECRET_ARN: jwtSecret.secretArn,
        MAX_SOURCE_BYTES: `${target.maxSourceBytes}`,
        OPEN_JOBS_PER_USER: `${target.openJobsPerUser}`,
        BYTES_PER_USER_AND_DAY: `${target.bytesPerUserAndDay}`,
        MINUTES_PER_USER_AND_DAY: `${target.minutesPerUserAndDay}`,
      },
    });
    blobs.allow(upload, "jobs/", "s3:GetObject", "s3:PutObject");
    blobs.allow(upload, "covers/", "s3:GetObject", "s3:PutObject");
    blobs.allow(upload, "holds/", "s3:PutObject", "s3:DeleteObject");
    blobs.allow(upload, "usage/", "s3:GetObject", "s3:PutObject");
    // The list of revoked tokens: the users function writes it, and functions that verify tokens
    // read it.
    users.addEnvironment("RESULT_BUCKET", blobs.results.bucketName);
    validate.addEnvironment("RESULT_BUCKET", blobs.results.bucketName);
    blobs.allow(users, "access/", "s3:GetObject", "s3:PutObject");
    if (database instanceof RdsDatabase) database.letReachObjects(blobs.results, "access/*");
    for (const verifier of [validate, upload]) blobs.allow(verifier, "access/", "s3:GetObject");
    // A URL can do only what the function that signed it may do.
    blobs.allow(
      upload,
      "sources/",
      "s3:PutObject",
      "s3:PutObjectTagging",
      "s3:ListMultipartUploadParts",
      "s3:AbortMultipartUpload",
    );

    // Converting: S3 → video queue → converter → S3.
    const converter = createFunction("Converter", {
      name: "converter",
      description: "Turns one source into an MP3",
      timeoutSeconds: CONVERTER_TIMEOUT_SECONDS,
      memoryMiB: target.converterMemoryMiB,
      environment: {
        ...bucketNames,
        MAX_SOURCE_BYTES: `${target.maxSourceBytes}`,
        CONVERSIONS_PER_USER: `${target.conversionsPerUser ?? target.converterConcurrency - 1}`,
        LEASE_SECONDS: `${CONVERTER_LEASE_SECONDS}`,
        EMAIL_DELAY_SECONDS: `${target.kind === "aws" ? EMAIL_DELAY_SECONDS : 1}`,
        FFMPEG_PATH: target.kind === "aws" ? "/opt/bin/ffmpeg" : target.ffmpegPath,
        ...RUNTIME_ENVIRONMENT,
      },
      layers:
        target.kind === "aws"
          ? [
              new LayerVersion(this, "Ffmpeg", {
                description: "ffmpeg with libmp3lame, at /opt/bin",
                code: readBuiltCode(buildDirectory, "layers", "ffmpeg-arm64"),
                compatibleArchitectures: [Architecture.ARM_64],
              }),
            ]
          : [],
    });
    blobs.allow(converter, "jobs/", "s3:GetObject", "s3:PutObject");
    blobs.allow(converter, "covers/", "s3:GetObject");
    blobs.allow(converter, "usage/", "s3:GetObject", "s3:PutObject");
    blobs.allow(converter, "sources/", "s3:GetObject", "s3:PutObjectTagging");
    blobs.allow(
      converter,
      "results/",
      "s3:PutObject",
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:GetObject",
    );
    blobs.allowListingUploads(converter, blobs.results);
    // If all tries fail: video queue → DLQ → dead-letters, which ends the job and parks the
    // message.
    const deadLetters = createFunction("DeadLetters", {
      name: "dead-letters",
      description: "Ends the jobs whose conversion was given up",
      timeoutSeconds: DEAD_LETTERS_TIMEOUT_SECONDS,
      environment: { RESULT_BUCKET: blobs.results.bucketName },
    });
    blobs.allow(deadLetters, "jobs/", "s3:GetObject", "s3:PutObject");
    blobs.allow(deadLetters, "results/", "s3:AbortMultipartUpload", "s3:DeleteObject");
    blobs.allowListingUploads(deadLetters, blobs.results);
    const givenUp = new QueueWorker(this, "GivenUpVideos", {
      target,
      alarms,
      worker: deadLetters,
      workerTimeoutSeconds: DEAD_LETTERS_TIMEOUT_SECONDS,
      batchSize: 1,
      maxConcurrency: 2,
      // A day: it needs only S3 and SQS, and nobody else ends these jobs.
      maxReceiveCount: 100,
      deadLetters: {
        consequence: "Somebody's video was given up. An email asks them to try again.",
        runbook: "videos-given-up",
      },
      waiting: {
        aboveMinutes: 30,
        consequence: "Somebody's job was given up, but still shows as converting.",
        runbook: "given-up-videos-waiting",
      },
    });
    givenUp.letPark(deadLetters);
    givenUp.letPark(converter);
    const videos = new QueueWorker(this, "Videos", {
      target,
      alarms,
      worker: converter,
      workerTimeoutSeconds: CONVERTER_TIMEOUT_SECONDS,
      batchSize: 1,
      maxConcurrency: target.converterConcurrency,
      deadLetters: { worker: givenUp },
      waiting: {
        aboveMinutes: 30,
        consequence: "People wait more than half an hour for their MP3s.",
        runbook: "videos-waiting",
      },
    });
    // A video whose owner has enough conversions running goes to the end of the queue.
    videos.acceptFrom(converter);
    // Nothing is uploaded for a source that is converted again.
    videos.acceptFrom(upload);
    for (const sender of [converter, upload]) {
      sender.addEnvironment("VIDEO_QUEUE_URL", videos.queue.queueUrl);
    }
    deadLetters.addEnvironment("GIVEN_UP_QUEUE_URL", givenUp.queue.queueUrl);
    blobs.announceSourcesTo(videos.queue);

    // Notifying: converter → mp3 queue → notifier → SES.
    const notifier = createFunction("Notifier", {
      name: "notifier",
      description: "Emails people that their MP3 is ready, or why there is none",
      timeoutSeconds: NOTIFIER_TIMEOUT_SECONDS,
      environment: {
        RESULT_BUCKET: blobs.results.bucketName,
        JWT_SECRET_ARN: jwtSecret.secretArn,
        PUBLIC_API_URL: site.apiUrl,
        RESULT_RETENTION_DAYS: `${target.resultRetentionDays}`,
        PAGE_URL: site.url,
      },
    });
    blobs.allow(notifier, "jobs/", "s3:GetObject", "s3:PutObject");
    blobs.allow(notifier, "settings/", "s3:GetObject");
    const mail = new Mail(this, "Mail", { target });
    mail.allow(notifier);
    mail.reportRefusalsTo(bounces);
    // If all tries fail: mp3 queue → DLQ → unsent-emails, which notes it and parks the message.
    const unsentEmails = createFunction("UnsentEmails", {
      name: "unsent-emails",
      description: "Notes in a job that no email went out",
      timeoutSeconds: DEAD_LETTERS_TIMEOUT_SECONDS,
      environment: { RESULT_BUCKET: blobs.results.bucketName },
    });
    blobs.allow(unsentEmails, "jobs/", "s3:GetObject", "s3:PutObject");
    const unsent = new QueueWorker(this, "UnsentMp3s", {
      target,
      alarms,
      worker: unsentEmails,
      workerTimeoutSeconds: DEAD_LETTERS_TIMEOUT_SECONDS,
      batchSize: 1,
      maxConcurrency: 2,
      deadLetters: {
        consequence: "Somebody got no email about their MP3; the page has it and says so.",
        runbook: "emails-given-up",
      },
      waiting: {
        aboveMinutes: 30,
        consequence: "Somebody got no email about their MP3, and the page doesn't say so yet.",
        runbook: "unsent-emails-waiting",
      },
    });
    unsent.letPark(unsentEmails);
    unsent.letPark(notifier);
    unsentEmails.addEnvironment("UNSENT_QUEUE_URL", unsent.queue.queueUrl);
    const mp3s = new QueueWorker(this, "Mp3s", {
      target,
      alarms,
      worker: notifier,
      workerTimeoutSeconds: NOTIFIER_TIMEOUT_SECONDS,
      batchSize: 10,
      maxConcurrency: 2,
      deadLetters: { worker: unsent },
      waiting: {
        aboveMinutes: 15,
        consequence: "Emails come more than a quarter of an hour late; the page has the MP3s.",
        runbook: "emails-waiting",
      },
    });
    // A digest waits at the end of the queue for the jobs that still run.
    for (const sender of [converter, deadLetters, notifier]) mp3s.acceptFrom(sender);
    for (const user of [converter, deadLetters, notifier]) {
      user.addEnvironment("MP3_QUEUE_URL", mp3s.queue.queueUrl);
    }

    // Looking and fetching: the jobs, and a presigned URL for each MP3.
    const jobs = createFunction("Jobs", {
      name: "jobs",
      description: "Lists, shows and deletes jobs, and keeps their owners' settings",
      environment: {
        ...bucketNames,
        PAGE_URL: site.url,
        JWT_SECRET_ARN: jwtSecret.secretArn,
        RESULT_RETENTION_DAYS: `${target.resultRetentionDays}`,
        SOURCE_RETENTION_DAYS: `${target.sourceRetentionDays}`,
      },
    });
    blobs.allow(jobs, "jobs/", "s3:GetObject", "s3:PutObject", "s3:DeleteObject");
    blobs.allow(jobs, "settings/", "s3:GetObject", "s3:PutObject");
    blobs.allow(jobs, "results/", "s3:DeleteObject");
    blobs.allow(jobs, "covers/", "s3:DeleteObject");
    blobs.allow(
      jobs,
      "sources/",
      "s3:DeleteObject",
      "s3:PutObjectTagging",
      "s3:AbortMultipartUpload",
    );
    for (const user of [converter, jobs]) blobs.allow(user, "holds/", "s3:DeleteObject");
    for (const user of [upload, converter, jobs]) blobs.allowListing(user, "holds/");
    for (const user of [upload, jobs]) blobs.allowListing(user, "sources/");
    blobs.allowListingUploads(jobs, blobs.sources);
    const download = createFunction("Download", {
      name: "download",
      description: "Sends people on to their MP3, and serves their podcast feeds",
      environment: {
        ...presigning,
        JWT_SECRET_ARN: jwtSecret.secretArn,
        RESULT_BUCKET: blobs.results.bucketName,
        RESULT_RETENTION_DAYS: `${target.resultRetentionDays}`,
        PUBLIC_API_URL: site.apiUrl,
        PAGE_URL: site.url,
      },
    });
    blobs.allow(download, "jobs/", "s3:GetObject");
    blobs.allow(download, "results/", "s3:GetObject");
    blobs.allow(download, "feeds/", "s3:GetObject", "s3:PutObject", "s3:DeleteObject");
    for (const verifier of [jobs, download]) blobs.allow(verifier, "access/", "s3:GetObject");
    const openapi = createFunction("Openapi", {
      name: "openapi",
      description: "Describes the API, and refuses methods that it doesn't have",
      environment: { MAX_SOURCE_BYTES: `${target.maxSourceBytes}` },
    });

    for (const reader of [login, validate, upload, notifier, jobs, download]) {
      reader.allow(["secretsmanager:GetSecretValue"], jwtSecret.secretArn);
    }
    api.serve(
      {
        "POST /login": login,
        "POST /validate": validate,
        "POST /upload": upload,
        "POST /upload/{jobId}/sign": upload,
        "POST /upload/{jobId}/sign-parts": upload,
        "POST /jobs/{jobId}/again": upload,
        "GET /jobs": jobs,
        "GET /jobs/{jobId}": jobs,
        "DELETE /jobs/{jobId}": jobs,
        "POST /jobs/{jobId}/seen": jobs,
        "GET /settings": jobs,
        "PATCH /settings": jobs,
        "GET /unsubscribe": jobs,
        "POST /unsubscribe": jobs,
        "GET /download": download,
        "POST /feed": download,
        "GET /feed": download,
        "DELETE /feed": download,
        "GET /feed/rss.xml": download,
        "GET /feed/episode.mp3": download,
        "GET /openapi.json": openapi,
      },
      openapi,
    );

    if (database instanceof RdsDatabase) {
      addOperations(this, {
        alarms,
        api,
        database,
        functions: {
          converter,
          notifier,
          login,
          "check-password": checkPassword,
          upload,
          jobs,
          download,
        },
        jobFunctions: [upload, converter, deadLetters, notifier, unsentEmails, jobs, download],
        queues: { videos: videos.queue, mp3s: mp3s.queue },
      });
    }
    if (target.kind === "aws" && target.alarmEmail && target.monthlyBudgetUsd !== undefined) {
      addBudget(this, { usd: target.monthlyBudgetUsd, email: target.alarmEmail });
    }

    for (const [key, value] of Object.entries({
      SiteUrl: site.url,
      SiteBucketName: site.bucket.bucketName,
      ApiUrl: site.apiUrl,
      SourceBucketName: blobs.sources.bucketName,
      ResultBucketName: blobs.results.bucketName,
      VideoQueueUrl: videos.queue.queueUrl,
      VideoDlqUrl: videos.dlq.queueUrl,
      ParkedVideosUrl: givenUp.dlq.queueUrl,
      ParkedEmailsUrl: unsent.dlq.queueUrl,
      Mp3QueueUrl: mp3s.queue.queueUrl,
      Mp3DlqUrl: mp3s.dlq.queueUrl,
      MigrateFunctionName: migrate.functionName,
      UsersFunctionName: users.functionName,
      SenderAddress: target.sender,
      // The CDK prints this at the end. Emulators can't do it: docs/adr/0020.
      ...(target.kind === "local" && { NextStep: "npm run deploy:local -- --finish" }),
    })) {
      new CfnOutput(this, key, { value });
    }
  }
}

/** The deploy script passes `-c firstDeployment=true` if there is no finished stack yet. */
const isFirstDeployment = (app: App) => app.node.tryGetContext("firstDeployment") === "true";
