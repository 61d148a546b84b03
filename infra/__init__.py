"""What puts Một Cửa on AWS: the functions' zips, the template, and the proof of both. Never imported by the product."""
