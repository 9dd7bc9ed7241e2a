"""Converts a video with the client that openapi-generator made, as its own documentation shows it.

Usage: convert.py CLIENT-FOLDER API-URL EMAIL PASSWORD VIDEO
"""

import sys
import time

import urllib3

folder, api_url, email, password, video = sys.argv[1:]
sys.path.insert(0, folder)
import tapedeck_client as tapedeck  # noqa: E402

configuration = tapedeck.Configuration(host=api_url, username=email, password=password)
with tapedeck.ApiClient(configuration) as client:
    configuration.access_token = tapedeck.SessionApi(client).log_in().token
    with open(video, "rb") as file:
        content = file.read()
    created = tapedeck.UploadApi(client).create_upload(
        tapedeck.UploadRequest(file_name="talk.mp4", size_bytes=len(content), content_type="video/mp4")
    )
    upload = created.upload.actual_instance
    sent = urllib3.request(upload.method, upload.url, body=content, headers=upload.headers)
    assert sent.status == 200, sent.status
    jobs = tapedeck.JobsApi(client)
    while True:
        job = jobs.get_job(created.job_id)
        if job.state in ("completed", "failed"):
            break
        time.sleep(0.2)
    assert created.job_id in [each.job_id for each in jobs.list_jobs().jobs]
    download = urllib3.request("GET", jobs.download_mp3(id=created.job_id, _headers={"Accept": "application/json"}).url)
    print(job.state, len(download.data) == job.result.size_bytes)
    jobs.delete_job(created.job_id)
